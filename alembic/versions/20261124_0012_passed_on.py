"""Tickets passed on"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from eventsvc.core.db import sqltypes as t

revision: str = '0012'
down_revision: str | None = '0011'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('changes_until', t.Timestamp(), nullable=True))

    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.add_column(sa.Column('passed_to_id', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_ticket_passed_to_id', ['passed_to_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_ticket_passed_to_id'), 'ticket', ['passed_to_id'], ['id'], ondelete='SET NULL')



def downgrade() -> None:
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_ticket_passed_to_id'), type_='foreignkey')
        batch_op.drop_index('ix_ticket_passed_to_id')
        batch_op.drop_column('passed_to_id')

    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_column('changes_until')

