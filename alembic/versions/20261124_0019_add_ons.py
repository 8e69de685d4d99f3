"""Add-ons and amounts the buyer chooses"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from eventsvc.core.db import sqltypes as t

revision: str = '0019'
down_revision: str | None = '0018'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('add_on',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('price', sa.BigInteger(), nullable=False),
    sa.Column('open_amount', sa.Boolean(), nullable=False),
    sa.Column('suggested', sa.BigInteger(), nullable=False),
    sa.Column('once', sa.Boolean(), nullable=False),
    sa.Column('vat_rate', sa.Integer(), nullable=False),
    sa.Column('group', sa.String(length=60), nullable=False),
    sa.Column('ticket_types', t.JSONType(), nullable=False),
    sa.Column('included_in', t.JSONType(), nullable=False),
    sa.Column('session', sa.String(length=20), nullable=False),
    sa.Column('hand_out', sa.String(length=120), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('sale_starts', t.Timestamp(), nullable=True),
    sa.Column('sale_ends', t.Timestamp(), nullable=True),
    sa.Column('event_id', sa.BigInteger(), nullable=False),
    sa.Column('quota_id', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('price >= 0 AND suggested >= 0', name='ck_add_on_price_d19864'),
    sa.CheckConstraint('vat_rate BETWEEN 0 AND 100', name='ck_add_on_vat_1e57b9'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_add_on_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['quota_id'], ['quota.id'], name=op.f('fk_add_on_quota_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_add_on')),
    sa.UniqueConstraint('event_id', 'code', name=op.f('uq_add_on_event_id_code')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('add_on', schema=None) as batch_op:
        batch_op.create_index('ix_add_on_quota_id', ['quota_id'], unique=False)

    op.create_table('ticket_add_on',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('price', sa.BigInteger(), nullable=False),
    sa.Column('cancelled_at', t.Timestamp(), nullable=True),
    sa.Column('add_on_id', sa.BigInteger(), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('price >= 0', name='ck_ticket_add_on_price_5e4af9'),
    sa.ForeignKeyConstraint(['add_on_id'], ['add_on.id'], name=op.f('fk_ticket_add_on_add_on_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_ticket_add_on_ticket_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_add_on')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('ticket_add_on', schema=None) as batch_op:
        batch_op.create_index('ix_ticket_add_on_add_on_id', ['add_on_id'], unique=False)
        batch_op.create_index('ix_ticket_add_on_ticket_id', ['ticket_id'], unique=False)
        batch_op.create_index('uq_ticket_add_on_live_d66936', ['ticket_id', 'add_on_id'], unique=True, sqlite_where=sa.text('cancelled_at IS NULL'), postgresql_where=sa.text('cancelled_at IS NULL'))

    with op.batch_alter_table('ticket_type', schema=None) as batch_op:
        batch_op.add_column(sa.Column('open_amount', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('suggested', sa.BigInteger(), nullable=True))
    op.execute("UPDATE ticket_type SET open_amount = false, suggested = 0")
    with op.batch_alter_table('ticket_type', schema=None) as batch_op:
        batch_op.alter_column('open_amount', existing_type=sa.Boolean(), nullable=False)
        batch_op.alter_column('suggested', existing_type=sa.BigInteger(), nullable=False)



def downgrade() -> None:
    with op.batch_alter_table('ticket_type', schema=None) as batch_op:
        batch_op.drop_column('suggested')
        batch_op.drop_column('open_amount')

    with op.batch_alter_table('ticket_add_on', schema=None) as batch_op:
        batch_op.drop_index('uq_ticket_add_on_live_d66936', sqlite_where=sa.text('cancelled_at IS NULL'), postgresql_where=sa.text('cancelled_at IS NULL'))
        batch_op.drop_index('ix_ticket_add_on_ticket_id')
        batch_op.drop_index('ix_ticket_add_on_add_on_id')

    op.drop_table('ticket_add_on')
    with op.batch_alter_table('add_on', schema=None) as batch_op:
        batch_op.drop_index('ix_add_on_quota_id')

    op.drop_table('add_on')
