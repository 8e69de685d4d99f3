"""Terms of cancelling"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from eventsvc.core.db import sqltypes as t

revision: str = '0017'
down_revision: str | None = '0016'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('terms',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('cancel_until', t.Timestamp(), nullable=True),
    sa.Column('paid_too', sa.Boolean(), nullable=False),
    sa.Column('free_until', t.Timestamp(), nullable=True),
    sa.Column('fee_kind', sa.String(length=10), nullable=False),
    sa.Column('fee_value', sa.BigInteger(), nullable=False),
    sa.Column('event_id', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("fee_value >= 0 AND (fee_kind <> 'percent' OR fee_value <= 100)", name='ck_terms_fee_5663bb'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_terms_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terms')),
    sa.UniqueConstraint('event_id', name=op.f('uq_terms_event_id')),
    sqlite_autoincrement=True
    )


def downgrade() -> None:
    op.drop_table('terms')
