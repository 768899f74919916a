def migrate(cr, version):
    """What was done and answered before stays with the team and the handler of that time, as far as the transfers tell.

    The columns are filled here, or else each would get whoever has the complaint today.
    """
    cr.execute("SELECT to_regclass('quality_milestone'), to_regclass('quality_complaint_follow_up'), to_regclass('quality_complaint_transfer')")
    if not all(cr.fetchone()):
        return
    for table, column, done in (
        ("quality_milestone", "team_id", "date_done"), ("quality_complaint_follow_up", "handler_id", "date_answered"),
    ):
        cr.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} integer")
        cr.execute(
            f"""
            UPDATE {table} SET {column} = CASE WHEN transfer.id IS NULL THEN complaint.{column} ELSE transfer.from_{column} END
              FROM {table} own
              JOIN quality_complaint complaint ON complaint.id = own.complaint_id
         LEFT JOIN LATERAL (
                   SELECT * FROM quality_complaint_transfer
                    WHERE complaint_id = own.complaint_id AND create_date > own.{done} ORDER BY create_date, id LIMIT 1
                   ) transfer ON TRUE
             WHERE own.id = {table}.id AND {table}.{column} IS NULL
            """,
        )
