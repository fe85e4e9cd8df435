"""A payment that is waited for is asked for again and again: a bare statement answers; the ordinary route says every no."""

from chassis.short_reads import ShortRead
from svc_logistics.routes.bills import Reader

PAYMENT = ShortRead(
    "/payments/{payment_id}",
    Reader,
    """
    select p.id, p.bill_id, p.amount, p.state, p.pay_url, p.created_at
    from payment p join bill b on b.id = p.bill_id
    where p.id = $1 and b.payer_id = $2::text::uuid
    """,
    dict,
)
