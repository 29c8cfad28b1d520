"""What exists and what may happen: the ledger's facts, their rules, and the words for them.

Reading order, for who opens this folder first:

    event.py        what every fact carries: who, when, why, on what evidence, from which source
    events/         every fact, by subject; its `check` is the rule, its `apply` is what it changes
    errors/         every refusal, with its code and its French sentence, by subject as in events/
    situation.py    where an operation stands: phase, calendar, what is to be completed
    amending.py     an amendment: one decision on several operations, recorded whole or not at all
    operation.py    the operation, its commands by subject in commands/; agreement.py, partner.py: the others
    account.py      who may speak to the record; access.py: the tokens by which they do
    people.py       households rehoused, communes helped
    money.py        lines, movements, figures: cents at three levels, loans apart
    record.py       how a command is asked, recorded, folded again after a correction
    judging.py      the facts that a plan is judged on, stored beside it
    frame.py        priority areas and plans of the territory that an operation is held against
    flags.py        what deserves a second look, and is refused by nobody
    fundamentals.py balanced territories, sustained effort, shared funding: how they are measured
    dates.py        dates as archives know them;  territory.py, programmes.py, vocabulary.py, reference/: dated lists
    shape.py        how facts are written down
    french.py       amounts as people read them
    describing/     all of it as a document, docs/events.md
    ledger/         PostgreSQL: append, read again, answer a repeated command once

Where is the rule? In the file of its subject under `events/`, in the `check` of the fact that it may forbid: "an
operation may not start twice" is in `events/works.py`, class `Started`. Its story has the same stem in the tests.
A new fact: its class with `TOPIC`, `label`, `check` and `apply`; its name in `events/__init__.py`; its command; its
line in `tests/domain/golden_topics.json`, its example in `tests/domain/golden/`, its place in `docs/events.md`.

What users read      In the code             What it is
-------------------  ----------------------  --------------------------------------------------------------------
opération            operation               physical or intellectual action with one owner and one calendar
maître d'ouvrage     owner                   the body that has the operation done; the leader leads the programme
programme            programme               PNRU, PNRQAD, OPAH-RU, NPNRU, ERBM; an operation may join one years later
convention           agreement               convention or protocol: contains operations, sets money aside for them
chef de file         leader                  the body that leads an agreement
signataires          signatories             the partners that sign it
avenant              amendment               change of an agreement, numbered, on several operations at once
fongibilité          transfer, transferred   money of one partner that moves between two operations of one agreement
partenaire           partner                 a body that owns, funds or leads; an organisation, where it has tokens
affectation          allocation, allocated   level 1: a ceiling, set aside before any commitment
engagement (DAS)     commitment, committed   level 2: granted to one operation by a formal decision
versement            payment, paid           level 3: money that has moved
avance               advance                 before the works; acompte: interim, upon works done; solde: balance
demande de paiement  payment request         asked of a partner; it changes no figure
reversement          repayment               money given back to a partner
dégagement           decommitment            a part of a commitment given up
désaffectation       take back               a part of an allocation taken back
plan de financement  financing plan          who is to bring what; what no share says is undetermined
ligne                line                    what one partner brings by one decision: L1, L2...
échéancier           schedule, instalment    payment credits by year
dispositif           scheme                  the partner's budget line: DETR, FEDER
prêt                 loan                    never added to the rest
reste à déterminer   undetermined            the part of the cost that no known line covers
thème                theme                   kind of territory: social housing, mining, tramway, rural centre
famille              family                  what the operation does: demolition, public space...
commune              commune                 by its INSEE code; hors agglomération: outside
poids                weight                  part of a commune in an operation, in ten-thousandths of it
quartier prioritaire priority area           by generation: ZUS until 2014, QP until 2023, QN since; always dated
cohérence            coherence               verdict on one version of a plan: SCOT, PTCS, PLH
jalon                milestone               a dated step other than start and delivery
échéance             due_on                  the day for which a step is promised
programmation        plan, planned           the first fact of an operation
démarrage (OS)       start, started          works order or first day of site
démarrage anticipé   early start             works allowed before the agreement is signed
suspension           suspension              the works stand still for a time; reprise: resumption
livraison            delivery, delivered     handed over; an inauguration is a milestone
abandon              abandonment             will not be done, or not finished
clôture              close, closed           accounts settled; afterwards entries are only put right
relogement           rehousing               households to rehouse and rehoused, running totals
assistance           assistance              help to a commune: operational (days) or financial (cents)
glissement           slip                    days from the first promise to what happened, or is promised now
phase                phase                   derived from the facts, never set
écriture             entry                   one fact in the history of one aggregate; its number is its version
rectification        correction              an entry that puts another right; annulation: one that voids it
motif                reason                  why; where a rule asks for one, a person's reason is a derogation
pièce                document                evidence: title, address, sha256
reprise d'archives   import                  history recorded as a file tells it; rules not applied are `waived`
à compléter          to_complete             what a record still lacks
journal              ledger                  all entries of all aggregates in one order; position: a place in it
arrêté de situation  statement               names a position: what was known there can be read for ever
référence            reference               the name of an operation or an agreement, for ever; code: of a partner
compte               account                 a person or a program, in one role, for some organisations
jeton                token                   opens the record to one account; its secret is shown once
"""
