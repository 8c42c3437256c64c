"""One run of the command over everything of HOSTILE that comes in files, with secrets planted wherever there is room.

What each file must come to stands in test_files, where the secrets must not be in test_secrets.
"""

import io
import json
import os
import re
import subprocess
import threading
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.flows.conftest import Desk
from tests.pages import page
from tests.tasks.archive.warcs import gz, http, members, record
from tests.tasks.fetch.client.server import Reply, Request, Web, answer, redirect

SAMPLE_SECONDS = 0.2
LARGE = 2 << 30  # bytes of the large .jsonl file, most of them a hole
BOMB = 256 << 20  # bytes that the page in the ZIP file inflates to
NEWS = "https://testing-times.example/news/report-{}"
ENVIRONMENT = {
    "PREFECT_API_KEY": "pnu_planted-prefect-key",
    "PGPASSWORD": "planted-postgres-password",
    "PRESSHOUSE_HEARTBEAT_URL": "{monitor}/planted-heartbeat-path?token=planted-heartbeat-token",
}
# Each planted once or more, each findable by itself. "planted-canonical" stands in the page itself, whose bytes the
# archive keeps as they came.
IN_A_PAGE = "planted-canonical"
SECRETS = (
    *("planted-prefect-key", "planted-postgres-password", "planted-heartbeat-path", "planted-heartbeat-token"),
    *("planted-userinfo", "planted-token", "planted-sig", "planted-api-key", "planted-access", IN_A_PAGE),
    *("planted-location", "planted-feed", "planted-entry", "planted-warc", "planted-record"),
)


def warc_page(number: int, **options: Any) -> bytes:
    """A response record of a page with a text of its own."""
    return record(http(page(number).encode()), url=options.pop("url", NEWS.format(number)), **options)


def write_files(folder: Path, outside: Path) -> None:
    """The input folder, by number."""
    folder.mkdir()
    outside.mkdir()
    (outside / "canary.html").write_text(page(540).replace("Report 540", "Canary"))
    cut = members([warc_page(500), warc_page(501), warc_page(502)])
    (folder / "50.warc.gz").write_bytes(cut[:-200])
    parts = [gz(warc_page(number)) for number in (510, 511, 512)]
    parts[1] = parts[1][:300] + bytes([parts[1][300] ^ 0xFF]) + parts[1][301:]
    (folder / "51.warc.gz").write_bytes(b"".join(parts))
    claims = [warc_page(520), warc_page(521, length=99_000_000_000), warc_page(522)]
    (folder / "52.warc.gz").write_bytes(members(claims))
    seen = [warc_page(530), record(b"", kind="revisit", url=NEWS.format(530))]
    seen += [record(b"", kind="revisit", url=NEWS.format("never-seen"))]
    seen += [warc_page(531, extra=["WARC-Truncated: length"])]
    (folder / "53.warc.gz").write_bytes(members(seen))
    (folder / "54-link.html").symlink_to(outside / "canary.html")
    (folder / "54-nowhere.html").symlink_to(outside / "nothing")
    (folder / "54-zero.html").symlink_to("/dev/zero")
    os.mkfifo(folder / "54-fifo.html")
    for number, name in enumerate((b"55-it's.html", b'55-"q".html', b"55-new\nline.html", b"55-\xff\xfe.html")):
        (folder / os.fsdecode(name)).write_text(page(550 + number).replace("canonical", "x"))
    (folder / "56-paths.zip").write_bytes(zipped({"../../escaped.html": page(560), "/abs.html": page(561)}))
    (folder / "56-bomb.zip").write_bytes(zipped({"bomb.html": bytes(BOMB), "fine.html": page(562)}))
    (folder / "57.html").touch()
    write_large(folder / "58.jsonl")


def zipped(files: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return out.getvalue()


def jsonl(number: int, **more: str) -> bytes:
    return json.dumps({"url": NEWS.format(number), "html": page(number)} | more).encode() + b"\n"


def write_large(path: Path) -> None:
    """2 GB: a record, a line of 2 GB of NULs (a hole, which takes no room on disk), broken JSON, a record."""
    with path.open("wb") as stream:
        stream.write(jsonl(580))
        stream.seek(LARGE)
        stream.write(b"\n{broken\n" + jsonl(581))


def plant(folder: Path) -> None:
    """Secrets in what files say of themselves."""
    canonical = '<link rel="canonical" href="https://me:planted-canonical@testing-times.example/news/report-770?id=1">'
    (folder / "77-page.html").write_text(re.sub("<link[^>]*>", canonical, page(770)))
    record_url = "https://me:planted-userinfo@testing-times.example/news/report-771?access_token=planted-record"
    broken = b'{"url": "https://testing-times.example/?token=planted-token"}\n'
    (folder / "77.jsonl").write_bytes(jsonl(771, url=record_url) + broken)
    warc_url = "https://me:planted-userinfo@testing-times.example/news/report-772?api_key=planted-warc"
    (folder / "77.warc").write_bytes(warc_page(772, url=warc_url) + warc_page(773, url=warc_url, length="no number"))


@dataclass
class CommandRun:
    """The run, and what it left."""

    desk: Desk
    folder: Path
    web: Web
    urls: dict[str, str] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)
    printed: str = ""
    status: int = -1
    peaks_mb: dict[str, float] = field(default_factory=dict)  # VmHWM by PID and command

    def run(self) -> None:
        child = self.desk.start("ingest", self.folder, "/dev/zero", *self.urls.values(), "--json")
        ended = threading.Event()
        watching = threading.Thread(target=self._watch, args=(ended,))
        watching.start()
        try:
            out, err = child.communicate(timeout=400)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, 9)
            raise
        finally:
            ended.set()
            watching.join()
        self.status, self.printed = child.returncode, out + err
        assert out.strip(), err
        self.said = json.loads(out)

    def outcomes(self, like: str) -> list[tuple[str, str | None]]:
        """(outcome, reason) of everything whose URL or file is named so, in order."""
        rows = self.desk.ask("select outcome, reason, url, capture_file from outcomes order by all")
        return [(outcome, reason) for outcome, reason, url, file in rows if like in url or like in (file or "")]

    def _watch(self, ended: threading.Event) -> None:
        mine = f"PRESSHOUSE_DATA_DIR={self.desk.data_dir}".encode()
        while not ended.wait(SAMPLE_SECONDS):
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    if mine in (process / "environ").read_bytes():
                        found = re.search(r"VmHWM:\s+(\d+) kB", (process / "status").read_text())
                        name = (process / "cmdline").read_bytes()[:80].decode(errors="replace")
                        if found:
                            self.peaks_mb[f"{process.name} {name}"] = int(found[1]) / 1024
                except OSError:  # it has ended
                    continue


def serve(web: Web) -> dict[str, str]:
    """URLs to name, with secrets: a page, a redirect, an error, a feed, a feed that fails; `monitor` is the last."""

    def reply(request: Request) -> Reply:
        path = request.target.partition("?")[0]
        if path == "/news/report-774":
            return answer(page(774).replace("testing-times.example", request.host).encode())
        if path == "/moved":
            return redirect("/news/report-775?sig=planted-location&x=1")
        if path == "/news/report-775":
            return answer(page(775).replace("testing-times.example", request.host).encode())
        if path == "/feed":
            link = f"http://me:planted-entry@{request.headers['host']}/news/report-776?sig=planted-sig"
            return answer(
                f"<rss version='2.0'><channel><title>T</title><item><title>t</title><link>{link}</link>"
                f"<guid>{link}</guid></item></channel></rss>".encode(),
                content_type="application/rss+xml",
            )
        if path == "/news/report-776":
            return answer(page(776).replace("testing-times.example", request.host).encode())
        if path in ("/broken-feed", "/planted-heartbeat-path"):
            return answer(b"out of order: " + request.target.encode(), "500 Internal Server Error")
        return answer(b"", "404 Not Found")

    site = web.add(reply)
    named = site.url.replace("http://", "http://me:planted-userinfo@")
    return {
        "page": f"{named}/news/report-774?api_key=planted-api-key",
        "moved": f"{named}/moved?token=planted-token",
        "gone": f"{named}/gone?access_token=planted-access",
        "feed": f"{named}/feed?key=1&token=planted-feed",
        "broken feed": f"{named}/broken-feed?token=planted-feed",
        "monitor": site.url,
    }


def made(folder: Path) -> CommandRun:
    """Everything written, served and run."""
    web = Web()
    urls = serve(web)
    monitor = urls.pop("monitor")
    environ = {name: value.format(monitor=monitor) for name, value in ENVIRONMENT.items()}
    environ |= {
        "PREFECT_API_URL": "",
        "PRESSHOUSE_ALLOW_ADDRESSES": "127.0.0.0/8",
        "PRESSHOUSE_HOST_INTERVAL": "0.01",
        "PRESSHOUSE_MIN_FREE": "0",
        "PRESSHOUSE_WORKERS": "1",
        "PREFECT_LOGGING_LEVEL": "DEBUG",
    }
    run = CommandRun(Desk(folder / "data", environ), folder / "in", web, urls)
    write_files(run.folder, folder / "outside")
    plant(run.folder)
    started = time.monotonic()
    run.run()
    print(f"{time.monotonic() - started:.1f} s; peaks in MB: {run.peaks_mb}")
    return run
