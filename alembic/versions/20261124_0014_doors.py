"""Doors and tablets, rules of lists, days of tickets"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from eventsvc.core.db import sqltypes as t

revision: str = '0014'
down_revision: str | None = '0013'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('door',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('rights', t.JSONType(), nullable=False),
    sa.Column('pin_salt', sa.String(length=32), nullable=False),
    sa.Column('pin_hash', sa.String(length=64), nullable=False),
    sa.Column('relay', sa.String(length=200), nullable=False),
    sa.Column('ended_at', t.Timestamp(), nullable=True),
    sa.Column('changed_at', t.Timestamp(), nullable=False),
    sa.Column('event_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_door_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_door')),
    sa.UniqueConstraint('event_id', 'code', name=op.f('uq_door_event_id_code')),
    sa.UniqueConstraint('event_id', 'name', name=op.f('uq_door_event_id_name')),
    sqlite_autoincrement=True
    )
    op.create_table('door_device',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('seen_at', t.Timestamp(), nullable=True),
    sa.Column('battery', sa.Integer(), nullable=True),
    sa.Column('waiting', sa.Integer(), nullable=False),
    sa.Column('version', sa.String(length=40), nullable=False),
    sa.Column('door_id', sa.BigInteger(), nullable=False),
    sa.Column('token_id', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('battery IS NULL OR (battery BETWEEN 0 AND 100)', name='ck_door_device_battery_87dcd2'),
    sa.ForeignKeyConstraint(['door_id'], ['door.id'], name=op.f('fk_door_device_door_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['token_id'], ['api_token.id'], name=op.f('fk_door_device_token_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_door_device')),
    sa.UniqueConstraint('token_id', name=op.f('uq_door_device_token_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('door_device', schema=None) as batch_op:
        batch_op.create_index('ix_door_device_door_id', ['door_id'], unique=False)

    op.create_table('door_pairing',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('expires_at', t.Timestamp(), nullable=False),
    sa.Column('door_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['door_id'], ['door.id'], name=op.f('fk_door_pairing_door_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_door_pairing')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_door_pairing_secret_hash')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('door_pairing', schema=None) as batch_op:
        batch_op.create_index('ix_door_pairing_door_id', ['door_id'], unique=False)

    op.create_table('door_list',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('checkin_list_id', sa.BigInteger(), nullable=False),
    sa.Column('door_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['checkin_list_id'], ['checkin_list.id'], name=op.f('fk_door_list_checkin_list_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['door_id'], ['door.id'], name=op.f('fk_door_list_door_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_door_list')),
    sa.UniqueConstraint('door_id', 'checkin_list_id', name=op.f('uq_door_list_door_id_checkin_list_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('door_list', schema=None) as batch_op:
        batch_op.create_index('ix_door_list_checkin_list_id', ['checkin_list_id'], unique=False)

    with op.batch_alter_table('checkin_list', schema=None) as batch_op:
        batch_op.add_column(sa.Column('pay_at_door', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('reentry', sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column('capacity', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('booked_only', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('asks', t.JSONType(), nullable=True))
        batch_op.add_column(sa.Column('changed_at', t.Timestamp(), nullable=True))
        batch_op.add_column(sa.Column('session_id', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_checkin_list_session_id', ['session_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_checkin_list_session_id'), 'agenda_session', ['session_id'], ['id'], ondelete='SET NULL')
    op.execute("UPDATE checkin_list SET pay_at_door = false, reentry = 'free', booked_only = false, asks = '[]', changed_at = created_at")
    with op.batch_alter_table('checkin_list', schema=None) as batch_op:
        batch_op.alter_column('pay_at_door', existing_type=sa.Boolean(), nullable=False)
        batch_op.alter_column('reentry', existing_type=sa.String(length=10), nullable=False)
        batch_op.alter_column('booked_only', existing_type=sa.Boolean(), nullable=False)
        batch_op.alter_column('asks', existing_type=t.JSONType(), nullable=False)
        batch_op.alter_column('changed_at', existing_type=t.Timestamp(), nullable=False)
        batch_op.create_check_constraint('ck_checkin_list_capacity_92579c', 'capacity IS NULL OR capacity >= 1')

    with op.batch_alter_table('scan', schema=None) as batch_op:
        batch_op.add_column(sa.Column('happened_at', t.Timestamp(), nullable=True))
        batch_op.add_column(sa.Column('answers', t.JSONType(), nullable=True))
        batch_op.add_column(sa.Column('resolved_at', t.Timestamp(), nullable=True))
        batch_op.add_column(sa.Column('resolution', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('made_by_id', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_scan_made_by_id', ['made_by_id'], unique=False)
        batch_op.create_index('ix_scan_undone', ['checkin_list_id', 'undone_at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_scan_made_by_id'), 'door_device', ['made_by_id'], ['id'], ondelete='SET NULL')
    op.execute("UPDATE scan SET happened_at = at, answers = '{}', resolution = ''")
    with op.batch_alter_table('scan', schema=None) as batch_op:
        batch_op.alter_column('happened_at', existing_type=t.Timestamp(), nullable=False)
        batch_op.alter_column('answers', existing_type=t.JSONType(), nullable=False)
        batch_op.alter_column('resolution', existing_type=sa.String(length=200), nullable=False)

    with op.batch_alter_table('ticket_type', schema=None) as batch_op:
        batch_op.add_column(sa.Column('days', t.JSONType(), nullable=True))
    op.execute("UPDATE ticket_type SET days = '[]'")
    with op.batch_alter_table('ticket_type', schema=None) as batch_op:
        batch_op.alter_column('days', existing_type=t.JSONType(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('ticket_type', schema=None) as batch_op:
        batch_op.drop_column('days')

    with op.batch_alter_table('scan', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_scan_made_by_id'), type_='foreignkey')
        batch_op.drop_index('ix_scan_undone')
        batch_op.drop_index('ix_scan_made_by_id')
        batch_op.drop_column('made_by_id')
        batch_op.drop_column('resolution')
        batch_op.drop_column('resolved_at')
        batch_op.drop_column('answers')
        batch_op.drop_column('happened_at')

    with op.batch_alter_table('checkin_list', schema=None) as batch_op:
        batch_op.drop_constraint('ck_checkin_list_capacity_92579c', type_='check')
        batch_op.drop_constraint(batch_op.f('fk_checkin_list_session_id'), type_='foreignkey')
        batch_op.drop_index('ix_checkin_list_session_id')
        batch_op.drop_column('session_id')
        batch_op.drop_column('changed_at')
        batch_op.drop_column('asks')
        batch_op.drop_column('booked_only')
        batch_op.drop_column('capacity')
        batch_op.drop_column('reentry')
        batch_op.drop_column('pay_at_door')

    with op.batch_alter_table('door_list', schema=None) as batch_op:
        batch_op.drop_index('ix_door_list_checkin_list_id')

    op.drop_table('door_list')
    with op.batch_alter_table('door_pairing', schema=None) as batch_op:
        batch_op.drop_index('ix_door_pairing_door_id')

    op.drop_table('door_pairing')
    with op.batch_alter_table('door_device', schema=None) as batch_op:
        batch_op.drop_index('ix_door_device_door_id')

    op.drop_table('door_device')
    op.drop_table('door')
