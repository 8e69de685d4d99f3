"""Notes on orders"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0025'
down_revision: str | None = '0024'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table('ticket_order', schema=None) as batch_op:
        batch_op.add_column(sa.Column('note', sa.Text(), nullable=True))
    op.execute("UPDATE ticket_order SET note = ''")
    with op.batch_alter_table('ticket_order', schema=None) as batch_op:
        batch_op.alter_column('note', existing_type=sa.Text(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('ticket_order', schema=None) as batch_op:
        batch_op.drop_column('note')
