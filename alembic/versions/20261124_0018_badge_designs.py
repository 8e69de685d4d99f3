"""Badge designs"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from eventsvc.core.db import sqltypes as t

revision: str = '0018'
down_revision: str | None = '0017'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('badge_design',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('folded', sa.String(length=80), nullable=False),
    sa.Column('width', t.Double(), nullable=False),
    sa.Column('height', t.Double(), nullable=False),
    sa.Column('sheet', sa.String(length=10), nullable=False),
    sa.Column('gutter', t.Double(), nullable=False),
    sa.Column('parts', t.JSONType(), nullable=False),
    sa.Column('event_id', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('width > 0 AND height > 0 AND gutter >= 0', name='ck_badge_design_size_141280'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_badge_design_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_badge_design')),
    sa.UniqueConstraint('event_id', 'code', name=op.f('uq_badge_design_event_id_code')),
    sa.UniqueConstraint('event_id', 'folded', name=op.f('uq_badge_design_event_id_folded')),
    sqlite_autoincrement=True
    )
    op.create_table('badge_picture',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('png', sa.LargeBinary(), nullable=False),
    sa.Column('event_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_badge_picture_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_badge_picture')),
    sa.UniqueConstraint('event_id', 'code', name=op.f('uq_badge_picture_event_id_code')),
    sqlite_autoincrement=True
    )
    op.create_table('badge_type_design',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('design', sa.String(length=40), nullable=False),
    sa.Column('ticket_type_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['ticket_type_id'], ['ticket_type.id'], name=op.f('fk_badge_type_design_ticket_type_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_badge_type_design')),
    sa.UniqueConstraint('ticket_type_id', name=op.f('uq_badge_type_design_ticket_type_id')),
    sqlite_autoincrement=True
    )


def downgrade() -> None:
    op.drop_table('badge_type_design')
    op.drop_table('badge_picture')
    op.drop_table('badge_design')
