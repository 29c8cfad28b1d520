"""Paying through the API: what is asked for, paid, given back and settled; a payment counts once however often sent."""

from tests.api.desk import CARPEAUX, PAYMENT, PLAN, Desk


def test_the_same_payment_sent_twice_with_one_key_pays_once(funded: Desk):
    first = funded.post(f"{CARPEAUX}/payments", PAYMENT, Idempotency_Key="v-1")
    again = funded.post(f"{CARPEAUX}/payments", PAYMENT, Idempotency_Key="v-1")
    assert (first.status_code, again.status_code, again.headers["Idempotent-Replayed"]) == (201, 201, "true")
    assert first.data == again.data
    operation = funded.ledger.operation("ANZ-CARPEAUX")
    assert (operation.money.figures.paid_cents, operation.version) == (PAYMENT["amount_cents"], 3)


def test_the_same_payment_sent_twice_without_a_key_is_refused_by_its_reference(funded: Desk):
    funded.record(f"{CARPEAUX}/payments", PAYMENT)
    again = funded.post(f"{CARPEAUX}/payments", PAYMENT)
    assert (again.status_code, again.json["code"]) == (409, "payment-repeated")
    assert funded.ledger.operation("ANZ-CARPEAUX").money.figures.paid_cents == PAYMENT["amount_cents"]


def test_a_key_does_not_pay_another_amount(funded: Desk):
    funded.post(f"{CARPEAUX}/payments", PAYMENT, Idempotency_Key="v-1")
    other = funded.post(f"{CARPEAUX}/payments", PAYMENT | {"amount_cents": 1}, Idempotency_Key="v-1")
    assert (other.status_code, other.json["code"]) == (422, "idempotency-key-reused")


def test_money_that_went_back_may_be_paid_again(funded: Desk):
    funded.record(f"{CARPEAUX}/payments", PAYMENT)
    back = {"on": "2010", "line": "L1", "amount_cents": 4_000_000_00, "reason": "Logements non réalisés"}
    funded.record(f"{CARPEAUX}/repayments", back)
    assert funded.ledger.operation("ANZ-CARPEAUX").money.figures.paid_cents == 6_000_000_00
    funded.record(f"{CARPEAUX}/payments", PAYMENT | {"amount_cents": 16_000_000_00, "external_ref": "V-2"})


def test_an_operation_is_paid_and_closed(funded: Desk):
    balance = {"line": "L1", "kind": "balance", "amount_cents": 12_000_000_00}
    funded.record(f"{CARPEAUX}/payments", PAYMENT)
    funded.record(f"{CARPEAUX}/deliver", {"on": "2013-06-30", "reason": "Démarrage inconnu"})
    funded.record(f"{CARPEAUX}/payment-requests", balance | {"on": "2013-09"})
    funded.record(f"{CARPEAUX}/payments", balance | {"on": "2014-02", "external_ref": "V-2"})
    funded.record(f"{CARPEAUX}/close", {"on": "2014-12-31", "final_cost_cents": 54_000_000_00})
    operation = funded.ledger.operation("ANZ-CARPEAUX")
    assert (operation.phase, operation.final_cost_cents) == ("closed", 54_000_000_00)
    assert operation.money.figures.to_pay_cents == 0


def test_an_abandoned_operation_may_have_cost_nothing(desk: Desk):
    desk.record("/v1/operations", PLAN)
    desk.record(f"{CARPEAUX}/abandon", {"on": "2010", "reason": "Recours"})
    desk.record(f"{CARPEAUX}/close", {"on": "2011", "final_cost_cents": 0})
    assert desk.ledger.operation("ANZ-CARPEAUX").final_cost_cents == 0


def test_a_payment_on_the_wrong_line_is_put_right(funded: Desk):
    grant = {"on": "2008-03", "partner": "region", "instrument": "grant", "amount_cents": 12_000_000_00}
    funded.record(f"{CARPEAUX}/commitments", grant)
    funded.record(f"{CARPEAUX}/payments", PAYMENT)
    funded.record(f"{CARPEAUX}/entries/4/correct", {"changes": {"line": "L2"}, "reason": "Mauvais financeur"})
    lines = funded.ledger.operation("ANZ-CARPEAUX").money.lines.values()
    assert [line.paid_cents for line in lines] == [0, PAYMENT["amount_cents"]]


def test_a_partner_pays_nothing_by_itself(funded: Desk):
    for path in ("payments", "payment-requests", "repayments"):
        assert funded.post(f"{CARPEAUX}/{path}", PAYMENT, by="anru").status_code == 403
