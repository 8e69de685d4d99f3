"""Money of an order"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from eventsvc.core.db import sqltypes as t

revision: str = '0013'
down_revision: str | None = '0012'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table('payment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reference', sa.String(length=120), nullable=True))
        batch_op.drop_index(batch_op.f('ix_payment_order_id'))
        batch_op.create_unique_constraint(batch_op.f('uq_payment_order_id_reference'), ['order_id', 'reference'])

    with op.batch_alter_table('ticket_order', schema=None) as batch_op:
        batch_op.add_column(sa.Column('held_until', t.Timestamp(), nullable=True))
        batch_op.add_column(sa.Column('held_for', sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column('paid', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('fee', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('let_go', sa.BigInteger(), nullable=True))
    op.execute("""UPDATE ticket_order SET fee = 0, let_go = 0,
      paid = coalesce((SELECT sum(p.amount) FROM payment p WHERE p.order_id = ticket_order.id), 0),
      total = coalesce((SELECT sum(k.price) FROM ticket k WHERE k.order_id = ticket_order.id AND k.state <> 'cancelled'), 0)""")
    op.execute("UPDATE ticket_order SET let_go = total - paid WHERE state = 'paid' AND total > paid")
    with op.batch_alter_table('ticket_order', schema=None) as batch_op:
        for name in ('paid', 'fee', 'let_go'):
            batch_op.alter_column(name, existing_type=sa.BigInteger(), nullable=False)
        batch_op.create_index('ix_ticket_order_state_held_until', ['state', 'held_until'], unique=False)
        batch_op.create_check_constraint('ck_order_kept_83242f', 'fee >= 0 AND fee <= total AND let_go >= 0')
        batch_op.create_check_constraint('ck_order_paid_bb42fc', 'paid >= 0')


def downgrade() -> None:
    with op.batch_alter_table('ticket_order', schema=None) as batch_op:
        batch_op.drop_constraint('ck_order_paid_bb42fc', type_='check')
        batch_op.drop_constraint('ck_order_kept_83242f', type_='check')
        batch_op.drop_index('ix_ticket_order_state_held_until')
        batch_op.drop_column('let_go')
        batch_op.drop_column('fee')
        batch_op.drop_column('paid')
        batch_op.drop_column('held_for')
        batch_op.drop_column('held_until')

    with op.batch_alter_table('payment', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_payment_order_id_reference'), type_='unique')
        batch_op.create_index(batch_op.f('ix_payment_order_id'), ['order_id'], unique=False)
        batch_op.drop_column('reference')
