"""A first look at a warehouse: a marimo notebook, which is a plain Python file.

uv run presshouse ingest seeds/articles
uv run marimo edit docs/notebook.py
"""

import marimo

app = marimo.App(width="medium", app_title="A first look at a Presshouse warehouse")


@app.cell
def _():
    import marimo as mo

    from warehouse import connect

    mo.md(
        """
        # A first look

        `connect()` opens the warehouse that the commands use, read-only: the copy for readers where there is one,
        which may stay open as long as you like, else the warehouse itself. Everything is in UTC, and nothing here
        can change anything.
        """
    )
    return connect, mo


@app.cell
def _(connect):
    warehouse = connect()

    def ask(sql, *values):
        """A query as an Arrow table: `.to_pandas()` and `polars.from_arrow` take it from there."""
        return warehouse.execute(sql, list(values)).to_arrow_table()

    return ask, warehouse


@app.cell
def _(ask):
    overview = ask("""
        select
            count(*) as articles,
            count(distinct publisher) as publishers,
            count(distinct story_id) as stories,
            min(published_date) as first_day,
            max(published_date) as last_day
        from articles
    """)
    overview
    return (overview,)


@app.cell
def _(mo):
    mo.md(
        """
        ## Days

        `published_date` is the day as the publisher prints it. `published_at` is an instant, and its day depends on
        where you sit: a story of Tuesday evening in Los Angeles is one of Wednesday in UTC. Count days by
        `published_date`.
        """
    )
    return


@app.cell
def _(ask):
    elsewhere = ask("""
        select url, published_date, published_at, cast(published_at at time zone 'UTC' as date) as utc_day
        from articles
        where published_precision in ('minute', 'second')
            and published_date <> cast(published_at at time zone 'UTC' as date)
        order by published_at, url
    """)
    elsewhere
    return (elsewhere,)


@app.cell
def _(mo):
    mo.md(
        """
        ## Stories

        Articles with the same text, or nearly so, are one story, whoever ran it. `unique_articles` has one row a story.
        """
    )
    return


@app.cell
def _(ask):
    carried = ask("""
        select root_title, size, publishers, agencies, first_seen_at
        from stories
        where size > 1
        order by size desc, root_title
    """)
    carried
    return (carried,)


@app.cell
def _(mo):
    mo.md(
        """
        ## Evidence

        Every date says where it is from and what was printed there. Where it could not be settled, it says so in
        `date_flags`.
        """
    )
    return


@app.cell
def _(ask):
    evidence = ask("""
        select
            coalesce(published_from, 'nothing found') as published_from,
            count(*) as articles,
            count(*) filter (len(date_flags) > 0) as in_doubt,
            any_value(published_raw) as for_example
        from articles
        group by all
        order by articles desc, published_from
    """)
    evidence
    return (evidence,)


@app.cell
def _(mo):
    mo.md(
        """
        ## As it was

        `articles_as_of(instant)` gives the articles that were known then, in the revision and the story of then: a
        figure that you publish today can be worked out again next year. `presshouse export --as-of` writes the same
        as files.
        """
    )
    return


@app.cell
def _(ask):
    last = ask("select last_appended_at from warehouse_info")["last_appended_at"][0].as_py()
    known = ask("select count(*) as articles from articles_as_of(?)", last)
    before = ask("select count(*) as articles from articles_as_of('1900-01-01 00:00:00Z')")
    known
    return before, known


if __name__ == "__main__":
    app.run()
