"""Prints and print stations"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from eventsvc.core.db import sqltypes as t

revision: str = '0022'
down_revision: str | None = '0021'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('print_station',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('seen_at', t.Timestamp(), nullable=True),
    sa.Column('event_id', sa.BigInteger(), nullable=False),
    sa.Column('token_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_print_station_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['token_id'], ['api_token.id'], name=op.f('fk_print_station_token_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_print_station')),
    sa.UniqueConstraint('event_id', 'code', name=op.f('uq_print_station_event_id_code')),
    sa.UniqueConstraint('token_id', name=op.f('uq_print_station_token_id')),
    sqlite_autoincrement=True
    )
    op.create_table('badge_print',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('fingerprint', sa.String(length=22), nullable=False),
    sa.Column('how', sa.String(length=10), nullable=False),
    sa.Column('event_id', sa.BigInteger(), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_badge_print_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_badge_print_ticket_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_badge_print')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('badge_print', schema=None) as batch_op:
        batch_op.create_index('ix_badge_print_ticket', ['event_id', 'ticket_id'], unique=False)
        batch_op.create_index('ix_badge_print_ticket_id', ['ticket_id'], unique=False)

    op.create_table('print_job',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('design', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('leased_until', t.Timestamp(), nullable=True),
    sa.Column('error', sa.String(length=200), nullable=False),
    sa.Column('by', sa.String(length=120), nullable=False),
    sa.Column('station_id', sa.BigInteger(), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['station_id'], ['print_station.id'], name=op.f('fk_print_job_station_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_print_job_ticket_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_print_job')),
    sa.UniqueConstraint('code', name=op.f('uq_print_job_code')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('print_job', schema=None) as batch_op:
        batch_op.create_index('ix_print_job_state', ['station_id', 'state'], unique=False)
        batch_op.create_index('ix_print_job_ticket_id', ['ticket_id'], unique=False)

    with op.batch_alter_table('badge_batch', schema=None) as batch_op:
        batch_op.add_column(sa.Column('which', sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column('piles', sa.String(length=60), nullable=True))
    op.execute("UPDATE badge_batch SET which = 'all', piles = ''")
    with op.batch_alter_table('badge_batch', schema=None) as batch_op:
        batch_op.alter_column('which', existing_type=sa.String(length=10), nullable=False)
        batch_op.alter_column('piles', existing_type=sa.String(length=60), nullable=False)



def downgrade() -> None:
    with op.batch_alter_table('badge_batch', schema=None) as batch_op:
        batch_op.drop_column('piles')
        batch_op.drop_column('which')

    with op.batch_alter_table('print_job', schema=None) as batch_op:
        batch_op.drop_index('ix_print_job_ticket_id')
        batch_op.drop_index('ix_print_job_state')

    op.drop_table('print_job')
    with op.batch_alter_table('badge_print', schema=None) as batch_op:
        batch_op.drop_index('ix_badge_print_ticket_id')
        batch_op.drop_index('ix_badge_print_ticket')

    op.drop_table('badge_print')
    op.drop_table('print_station')
