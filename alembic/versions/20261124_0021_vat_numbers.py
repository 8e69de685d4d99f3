"""VAT numbers of buyers"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0021'
down_revision: str | None = '0020'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
NEW = (('ticket_order', 'vat_number', sa.String(length=20), "''"), ('invoice', 'note', sa.String(length=300), "''"),
       ('terms', 'reverse_charge', sa.Boolean(), 'false'))


def upgrade() -> None:
    for table, name, kind, value in NEW:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        op.execute(f"UPDATE {table} SET {name} = {value}")
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(name, existing_type=kind, nullable=False)


def downgrade() -> None:
    for table, name, _, _ in reversed(NEW):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(name)
