"""Card payments"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from eventsvc.core.db import sqltypes as t

revision: str = '0015'
down_revision: str | None = '0014'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('card_payment',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('session', sa.String(length=200), nullable=True),
    sa.Column('url', sa.String(length=2000), nullable=False),
    sa.Column('intent', sa.String(length=200), nullable=False),
    sa.Column('ends_at', t.Timestamp(), nullable=True),
    sa.Column('refunded', sa.BigInteger(), nullable=False),
    sa.Column('order_id', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount > 0 AND refunded >= 0 AND refunded <= amount', name='ck_card_payment_amounts_2dc16b'),
    sa.ForeignKeyConstraint(['order_id'], ['ticket_order.id'], name=op.f('fk_card_payment_order_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card_payment')),
    sa.UniqueConstraint('session', name=op.f('uq_card_payment_session')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('card_payment', schema=None) as batch_op:
        batch_op.create_index('ix_card_payment_intent', ['intent'], unique=False)
        batch_op.create_index('ix_card_payment_order_id', ['order_id'], unique=False)
        batch_op.create_index('ix_card_payment_state', ['state'], unique=False)

    op.create_table('card_refund',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('card_payment_id', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount > 0', name='ck_card_refund_amount_408e2e'),
    sa.ForeignKeyConstraint(['card_payment_id'], ['card_payment.id'], name=op.f('fk_card_refund_card_payment_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card_refund')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('card_refund', schema=None) as batch_op:
        batch_op.create_index('ix_card_refund_card_payment_id', ['card_payment_id'], unique=False)
        batch_op.create_index('ix_card_refund_state', ['state'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('card_refund', schema=None) as batch_op:
        batch_op.drop_index('ix_card_refund_state')
        batch_op.drop_index('ix_card_refund_card_payment_id')

    op.drop_table('card_refund')
    with op.batch_alter_table('card_payment', schema=None) as batch_op:
        batch_op.drop_index('ix_card_payment_state')
        batch_op.drop_index('ix_card_payment_order_id')
        batch_op.drop_index('ix_card_payment_intent')

    op.drop_table('card_payment')
