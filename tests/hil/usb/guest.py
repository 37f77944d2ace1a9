"""Runs a module in a virtual machine with real USB: Debian's kernel in qemu, with `dummy_hcd` as the bus.

Invariants: nothing is installed and this computer's kernel is not touched, because the guest's kernel is
unpacked into the test's own folder; the guest sees this computer's files read-only, so that the same Python
environment runs inside; the guest has no network but its own loopback.
"""

from __future__ import annotations

import gzip
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent.parent
TOOLS = {
    "qemu-system-x86_64": "qemu-system-x86",
    "/bin/busybox": "busybox-static",
    "depmod": "kmod",
    "dpkg": "dpkg",
    "apt-get": "apt",
}
MODULES = ("virtio_pci", "9pnet_virtio", "9p", "cdc_acm", "dummy_hcd", "g_serial", "usb_f_acm", "configfs")
DONE = "GUEST DONE"

_INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
ip link set lo up
for module in virtio_pci 9pnet_virtio 9p configfs cdc_acm usb_f_acm; do
    modprobe $module || echo "no $module"
done
modprobe dummy_hcd num=2
mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=262144,cache=loose host /host || poweroff -f
for place in {places}; do  # bound to /seen first, because the mounts below may cover them
    mkdir -p /seen$place
    mount --bind /host$place /seen$place
done
mount -t tmpfs tmp /host/tmp
mount -t tmpfs run /host/run
for place in {places}; do
    mkdir -p /host$place
    mount --bind /seen$place /host$place
done
mount --bind /proc /host/proc
mount --bind /sys /host/sys
mount --bind /dev /host/dev
mount -t configfs none /host/sys/kernel/config
cp $(find /lib/modules -name g_serial.ko) /bin/busybox /host/run
cd /
chroot /host /bin/sh -c "cd {root} && HOME=/tmp PYTHONDONTWRITEBYTECODE=1 {python} -m {program} 2>&1"
echo "{done} $?"
poweroff -f
"""


def missing_tools() -> list[str]:
    """The Debian packages that the guest needs and this computer lacks.

    On anything but an x86-64 PC with Linux, the only entry is `a PC with Linux`.
    """
    if platform.machine() != "x86_64" or not sys.platform.startswith("linux"):
        return ["a PC with Linux"]
    return sorted({package for tool, package in TOOLS.items() if not shutil.which(tool)})


def run_inside(program: str, folder: Path, timeout_s: float) -> tuple[int, str]:
    """Run a module of this project in the guest, and return its exit status and all output."""
    kernel = _unpacked_kernel(folder)
    initramfs = _initramfs(folder, kernel, program)
    image = next((kernel / "boot").glob("vmlinuz-*"))
    command = ["qemu-system-x86_64", "-accel", "tcg", "-m", "1024", "-smp", "2", "-nographic", "-no-reboot"]
    command += ["-kernel", str(image), "-initrd", str(initramfs), "-nic", "none"]
    command += ["-append", "console=ttyS0 quiet panic=-1 mitigations=off"]
    command += ["-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap"]
    command += ["-device", "virtio-9p-pci,fsdev=host,mount_tag=host"]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout_s, errors="replace"
    )
    said = done.stdout + done.stderr
    last = [line for line in said.splitlines() if line.startswith(DONE)]
    return (int(last[-1].split()[-1]) if last else -1), said


def _unpacked_kernel(folder: Path) -> Path:
    """Download Debian's newest kernel package, unpack it, and return the folder with its files."""
    shown = subprocess.run(["apt-cache", "depends", "linux-image-amd64"], capture_output=True, text=True)
    names = [line.split()[-1] for line in shown.stdout.splitlines() if "Depends: linux-image" in line]
    assert names, "no package linux-image-amd64 is known: run apt-get update"
    fetch = ["apt-get", "download", "-o", "APT::Sandbox::User=root", names[0]]
    subprocess.run(fetch, cwd=folder, check=True, capture_output=True)
    (package,) = folder.glob("linux-image-*.deb")
    kernel = folder / "kernel"
    subprocess.run(["dpkg", "-x", str(package), str(kernel)], check=True)
    return kernel


def _initramfs(folder: Path, kernel: Path, program: str) -> Path:
    """Make an initramfs of busybox and kernel modules; it runs `program` from this computer's files."""
    root = folder / "initramfs"
    for name in ("bin", "proc", "sys", "dev", "host", "lib/modules"):
        (root / name).mkdir(parents=True)
    shutil.copy("/bin/busybox", root / "bin" / "busybox")
    (modules,) = (kernel / "lib" / "modules").iterdir()
    for path in _needed(kernel, modules):
        target = root / "lib" / "modules" / modules.name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(modules / path, target)
    for index in modules.glob("modules.*"):
        shutil.copy(index, root / "lib" / "modules" / modules.name)
    subprocess.run(["depmod", "-b", str(root), modules.name], check=True, capture_output=True)
    init = root / "init"
    # Do not resolve this link: only through the link does Python find the environment's packages.
    python = Path(sys.prefix) / "bin" / "python"
    places = " ".join(sorted({str(ROOT), sys.prefix, sys.base_prefix}))
    init.write_text(_INIT.format(root=ROOT, places=places, python=python, program=program, done=DONE))
    init.chmod(0o755)
    names = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
    packed = subprocess.run(
        ["/bin/busybox", "cpio", "-o", "-H", "newc"],
        cwd=root,
        input=names.encode(),
        capture_output=True,
        check=True,
    )
    archive = folder / "initramfs.gz"
    archive.write_bytes(gzip.compress(packed.stdout, 1))
    return archive


def _needed(kernel: Path, modules: Path) -> list[str]:
    """The paths of the kernel modules in `MODULES` and of all modules that they depend on."""
    subprocess.run(["depmod", "-b", str(kernel), modules.name], check=True, capture_output=True)
    wanted: dict[str, list[str]] = {}
    for line in (modules / "modules.dep").read_text().splitlines():
        path, _, others = line.partition(":")
        name = Path(path).name.split(".")[0].replace("-", "_")
        wanted[name] = [path, *others.split()]
    return sorted({path for name in MODULES for path in wanted.get(name, [])})
