"""How orders stand: for whoever shows the card or the paper."""

from central.agents import store as agents
from central.centre import Centre
from central.database import Transaction
from central.orders import index, rules, store
from central.orders.rules import Order
from central.persons import plain_code
from central.questions.answering import Handler, in_thread
from contract.orders import OrdersAsked, OrdersFound
from contract.questions import Answer, Refused


def _orders(centre: Centre, _: str, asked: OrdersAsked) -> Answer:
    if asked.id_number:
        index.catch_up(centre)
    with centre.database.reading() as connection:
        if asked.id_number:
            found = store.of_person(connection, centre.blind.person(asked.id_number))
        else:
            code = plain_code(asked.code)
            one = store.by_number(connection, plain_code(asked.number), code) if code else None
            if one is None:
                return Refused("number_or_code")
            found = [one]
        return _stand(connection, centre, found)


def _stand(connection: Transaction, centre: Centre, found: list[Order]) -> OrdersFound:
    steps = store.steps(connection, [one.order_id for one in found])
    known = {one.agent_id: one for one in agents.every(connection, ended=True)}
    zone = centre.settings.zone
    return OrdersFound(tuple(rules.stands(one, steps[one.order_id], known.get(one.agent_id), zone) for one in found))


ANSWERS: dict[type, Handler] = {OrdersAsked: in_thread(_orders)}
