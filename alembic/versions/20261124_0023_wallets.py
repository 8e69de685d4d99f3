"""Phones with passes, deadline for corrections"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from eventsvc.core.db import sqltypes as t

revision: str = '0023'
down_revision: str | None = '0022'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('badge_deadline',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('until', t.Timestamp(), nullable=True),
    sa.Column('event_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_badge_deadline_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_badge_deadline')),
    sa.UniqueConstraint('event_id', name=op.f('uq_badge_deadline_event_id')),
    sqlite_autoincrement=True
    )
    op.create_table('wallet_device',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('device', sa.String(length=80), nullable=False),
    sa.Column('push_token', sa.String(length=200), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_wallet_device_ticket_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wallet_device')),
    sa.UniqueConstraint('ticket_id', 'device', name=op.f('uq_wallet_device_ticket_id_device')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('wallet_device', schema=None) as batch_op:
        batch_op.create_index('ix_wallet_device_device', ['device'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('wallet_device', schema=None) as batch_op:
        batch_op.drop_index('ix_wallet_device_device')

    op.drop_table('wallet_device')
    op.drop_table('badge_deadline')
