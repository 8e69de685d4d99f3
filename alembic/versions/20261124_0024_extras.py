"""Lists that need an extra"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from eventsvc.core.db import sqltypes as t

revision: str = '0024'
down_revision: str | None = '0023'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table('checkin_list', schema=None) as batch_op:
        batch_op.add_column(sa.Column('add_ons', t.JSONType(), nullable=True))
    op.execute("UPDATE checkin_list SET add_ons = '[]'")
    with op.batch_alter_table('checkin_list', schema=None) as batch_op:
        batch_op.alter_column('add_ons', existing_type=t.JSONType(), nullable=False)

    with op.batch_alter_table('door', schema=None) as batch_op:
        batch_op.drop_column('relay')



def downgrade() -> None:
    with op.batch_alter_table('door', schema=None) as batch_op:
        batch_op.add_column(sa.Column('relay', sa.String(length=200), nullable=True))
    op.execute("UPDATE door SET relay = ''")
    with op.batch_alter_table('door', schema=None) as batch_op:
        batch_op.alter_column('relay', existing_type=sa.String(length=200), nullable=False)

    with op.batch_alter_table('checkin_list', schema=None) as batch_op:
        batch_op.drop_column('add_ons')

