"""Pages of ticketing: the shop (`shop`), the order behind its link (`order`), and the organiser's (`manage`)."""

from eventsvc.ticketing.routes import (
    add_ons,
    answers,
    approvals,
    bank,
    by_hand,
    catalogue,
    changing,
    claim,
    files,
    find,
    order,
    orders,
    organiser,
    proving,
    questions,
    quotas,
    rates,
    shop,
    stripe,
    terms,
    vouchers,
    waiting,
)

routes = [
    *stripe.routes,
    *find.routes,
    *answers.routes,
    *files.routes,
    *waiting.routes,
    *shop.routes,
    *proving.routes,
    *claim.routes,
    *changing.routes,
    *order.routes,
]
manage = [
    *terms.routes,
    *bank.routes,
    *orders.routes,
    *by_hand.routes,
    *organiser.routes,
    *approvals.routes,
    *rates.routes,
    *questions.manage,
    *answers.manage,
    *files.manage,
    *catalogue.routes,
    *changing.manage,
    *add_ons.routes,
    *quotas.routes,
    *vouchers.routes,
    *waiting.manage,
]

__all__ = ["manage", "routes"]
