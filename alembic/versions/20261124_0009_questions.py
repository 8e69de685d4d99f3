"""Questions at registration"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from eventsvc.core.db import sqltypes as t

revision: str = '0009'
down_revision: str | None = '0008'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('ticket_question',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('label', sa.String(length=300), nullable=False),
    sa.Column('hint', sa.String(length=500), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('choices', t.JSONType(), nullable=False),
    sa.Column('ticket_types', t.JSONType(), nullable=False),
    sa.Column('asked', sa.String(length=5), nullable=False),
    sa.Column('shown_if', t.JSONType(), nullable=False),
    sa.Column('sensitive', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('earlier', t.JSONType(), nullable=False),
    sa.Column('retired_at', t.Timestamp(), nullable=True),
    sa.Column('event_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_ticket_question_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_question')),
    sa.UniqueConstraint('event_id', 'code', name=op.f('uq_ticket_question_event_id_code')),
    sqlite_autoincrement=True
    )
    op.create_table('sensitive_answer',
    sa.Column('id', t.BigSerial(), autoincrement=True, nullable=False),
    sa.Column('created_at', t.Timestamp(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('ciphertext', sa.Text(), nullable=False),
    sa.Column('question_id', sa.BigInteger(), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['ticket_question.id'], name=op.f('fk_sensitive_answer_question_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_sensitive_answer_ticket_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sensitive_answer')),
    sa.UniqueConstraint('ticket_id', 'question_id', name=op.f('uq_sensitive_answer_ticket_id_question_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('sensitive_answer', schema=None) as batch_op:
        batch_op.create_index('ix_sensitive_answer_question_id', ['question_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('sensitive_answer', schema=None) as batch_op:
        batch_op.drop_index('ix_sensitive_answer_question_id')
    op.drop_table('sensitive_answer')
    op.drop_table('ticket_question')
