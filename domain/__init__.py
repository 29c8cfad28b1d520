"""What exists and what may happen: the ledger's facts, their rules, and the words for them.

Reading order, for who opens this folder first:

    event.py        what every fact carries: who, when, why, on what evidence, from which source
    events/         every fact, by subject; its `check` is the rule, its `apply` is what it changes
    errors.py       every refusal, with its code and its French sentence
    situation.py    where an operation stands: phase, calendar, what is to be completed
    operation.py    the commands of an operation; agreement.py, partner.py, access.py: those of the smaller aggregates
    money.py        lines, movements, figures: cents at three levels, loans apart
    record.py       how a command is asked, recorded, folded again after a correction
    judging.py      the facts that a plan is judged on, stored beside it
    dates.py        dates as archives know them;  territory.py, programmes.py, vocabulary.py, reference/: dated lists
    shape.py        how facts are written down
    ledger/         PostgreSQL: append, read again, answer a repeated command once

Where is the rule? In the file of its subject under `events/`, in the `check` of the fact that it may forbid: "an
operation may not start twice" is in `events/works.py`, class `Started`. Its story has the same stem in the tests.
A new fact: its class with `TOPIC`, `label`, `check` and `apply`; its name in `events/__init__.py`; its command; its
line in `tests/domain/golden_topics.json`.

What users read      In the code             What it is
-------------------  ----------------------  --------------------------------------------------------------------
opération            operation               physical or intellectual action with one owner and one calendar
maître d'ouvrage     owner                   the body that has the operation done; the leader leads the programme
programme            programme               PNRU, PNRQAD, OPAH-RU, NPNRU, ERBM; an operation may join one years later
convention           agreement               convention or protocol: contains operations, sets money aside for them
chef de file         leader                  the body that leads an agreement
signataires          signatories             the partners that sign it
avenant              amendment               change of an agreement, numbered, on several operations at once
partenaire           partner                 a body that owns, funds or leads; an organisation, where it has tokens
affectation          allocation, allocated   level 1: a ceiling, set aside before any commitment
engagement (DAS)     commitment, committed   level 2: granted to one operation by a formal decision
versement            payment, paid           level 3: money that has moved
ligne                line                    what one partner brings by one decision: L1, L2...
échéancier           schedule, instalment    payment credits by year
dispositif           scheme                  the partner's budget line: DETR, FEDER
prêt                 loan                    never added to the rest
reste à déterminer   undetermined            the part of the cost that no known line covers
thème                theme                   kind of territory: social housing, mining, tramway, rural centre
famille              family                  what the operation does: demolition, public space...
commune              commune                 by its INSEE code; hors agglomération: outside
jalon                milestone               a dated step other than start and delivery
échéance             due_on                  the day for which a step is promised
programmation        plan, planned           the first fact of an operation
démarrage (OS)       start, started          works order or first day of site
démarrage anticipé   early start             works allowed before the agreement is signed
livraison            delivery, delivered     handed over; an inauguration is a milestone
abandon              abandonment             will not be done, or not finished
glissement           slip                    days from the first promise to what happened, or is promised now
phase                phase                   derived from the facts, never set
écriture             entry                   one fact in the history of one aggregate; its number is its version
rectification        correction              an entry that puts another right; annulation: one that voids it
motif                reason                  why; where a rule asks for one, a person's reason is a derogation
pièce                document                evidence: title, address, sha256
reprise d'archives   import                  history recorded as a file tells it; rules not applied are `waived`
à compléter          to_complete             what a record still lacks
journal              ledger                  all entries of all aggregates in one order; position: a place in it
référence            reference               the name of an operation or an agreement, for ever; code: of a partner
jeton                token                   opens the record to one holder in one role
"""
