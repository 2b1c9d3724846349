#!/bin/sh
# The examples of docs/many-cores.md for whatever runs jobs, as they stand there: GNU parallel, also
# over ssh, and Slurm, with a server of each that the test starts for itself, on this machine and in
# a directory of its own; and Kubernetes, by its client and by what a pod runs. Speaks TAP.
set -u
ringsim=$(realpath "$1")
page=$(realpath "$2")
work=$(mktemp -d) || exit 1
chmod 755 "$work" # the socket of munge is to be reached by everybody
# A server that outlives this test all the same ends by itself.
seconds_max=120

# --- what the servers leave behind ---------------------------------------------------------------

# The processes that have something open there: servers, and what they began.
at_work() {
    find /proc/[0-9]*/fd /proc/[0-9]*/cwd \( -lname "$work/*" -o -lname "$work" \) 2>/dev/null |
        cut -d / -f 3 | sort -u | grep -vx "$$"
}
end_all() {
    tries=0
    while [ $tries -lt 50 ] && left=$(at_work); do
        # shellcheck disable=SC2086  # a list of numbers
        kill -9 $left 2>/dev/null
        tries=$((tries + 1))
    done
}
clean_up() {
    end_all
    rm -rf "$work"
    [ -z "${made-}" ] || rmdir "$made" 2>/dev/null
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/search.sh"

# Where nobody listens, at the time.
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
# Waits for a command to succeed, but not for long.
soon() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] || return 1
        sleep 0.1
    done
}
# The line of the page with this beginning; or the lines from one that is this to the end of its
# block.
line_of_page() { sed -n "s/^\($1.*\)/\1/p" "$page"; }
block_of_page() { awk -v first="$1" '$0 == first { on = 1 } /^```/ { on = 0 } on' "$page"; }

# The program by its name, as the examples have it.
mkdir "$work/programs"
ln -s "$ringsim" "$work/programs/ringsim"
PATH=$work/programs:$PATH:/usr/sbin:/sbin

# --- GNU parallel --------------------------------------------------------------------------------

with_parallel='GNU parallel goes through them'
over_ssh='GNU parallel goes through them on two hosts'

# An sshd for this test alone, which lets in whoever runs it. The two hosts of the page are names
# for this machine.
start_sshd() {
    mkdir "$work/ssh"
    port=$(free_port) || return 1
    # What it is compiled to insist on, and what starts a system makes.
    if [ "$(id -u)" = 0 ] && [ ! -d /run/sshd ]; then
        mkdir -m 755 /run/sshd || return 1
        made=/run/sshd
    fi
    ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/host" &&
        ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/user" &&
        cp "$work/ssh/user.pub" "$work/ssh/authorized_keys" || return 1
    cat >"$work/ssh/sshd_config" <<CONFIG
ListenAddress 127.0.0.1
Port $port
HostKey $work/ssh/host
AuthorizedKeysFile $work/ssh/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
SetEnv PATH=$PATH
CONFIG
    cat >"$work/ssh/config" <<CONFIG
Host host1 host2
  HostName 127.0.0.1
  Port $port
  IdentityFile $work/ssh/user
  IdentitiesOnly yes
  BatchMode yes
  ConnectTimeout 10
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
CONFIG
    # It wants to be called by its whole name, for it calls itself.
    timeout -k 1 $seconds_max "$(command -v sshd)" -D -f "$work/ssh/sshd_config" \
        -E "$work/ssh/log" </dev/null >/dev/null 2>&1 &
    soon ssh -F "$work/ssh/config" host1 true
}

if ! parallel --version 2>/dev/null | grep -q '^GNU parallel'; then
    skip "$with_parallel" 'GNU parallel is not installed'
    skip "$over_ssh" 'GNU parallel is not installed'
else
    line=$(line_of_page 'parallel ringsim')
    split --into 4 -o "$work/parallel/shards" >/dev/null
    [ -n "$line" ] && run sh -c "cd '$work/parallel' && $line"
    run ringsim merge "$work/parallel/shards"
    says 0 "$counts in 4 shards"
    check "$with_parallel"

    line=$(line_of_page 'parallel --sshlogin host1,host2')
    if ! command -v sshd >/dev/null || ! command -v ssh-keygen >/dev/null; then
        skip "$over_ssh" 'openssh-server is not installed'
    elif ! start_sshd; then
        skip "$over_ssh" "sshd does not let us in: $(tail -n 1 "$work/ssh/log" 2>/dev/null)"
    else
        split --into 4 -o "$work/hosts/shards" >/dev/null
        export PARALLEL_SSH="ssh -F $work/ssh/config"
        [ -n "$line" ] && run sh -c "cd '$work/hosts' && timeout -k 1 60 $line"
        cp "$work/err" "$work/ssh/said"
        run ringsim merge "$work/hosts/shards"
        cat "$work/ssh/said" >>"$work/err"
        says 0 "$counts in 4 shards"
        check "$over_ssh"
        [ "$(grep -c '^Accepted publickey' "$work/ssh/log")" -gt 4 ]
        check 'which it asked over ssh'
    fi
    end_all
fi

# --- Slurm ---------------------------------------------------------------------------------------

through_array='an array of jobs of Slurm goes through them'
again='a job whose time is up is put into the queue again, and goes on'
refused='a job with a shard that is refused fails'
ends='nothing of it is left running'

mkdir "$work/array"
block_of_page '#!/bin/sh' >"$work/array/array.sh"
grep -q 'SLURM_ARRAY_TASK_ID' "$work/array/array.sh"
check 'the page has a job array of Slurm'
# The first time is up at once, and later ones are long.
sed 's/--budget 55m/--budget "$([ -z "${SLURM_RESTART_COUNT-}" ] \&\& echo 1ms || echo 55m)"/' \
    "$work/array/array.sh" >"$work/array/short.sh"

# By the variables alone, which is quick and needs no Slurm.
printf '#!/bin/sh\necho "$@" >>"%s/requeued"\n' "$work" >"$work/programs/scontrol"
chmod +x "$work/programs/scontrol"
split --into 3 -o "$work/array/shards" >/dev/null
job() { (cd "$work/array" && env SLURM_JOB_ID=71 "$@"); }
run job env SLURM_ARRAY_TASK_ID=1 sh short.sh
grep -qx 'requeue 71' "$work/requeued"
check 'a job of the array whose time is up asks for another one'
rm -f "$work/requeued"
for task in 1 2 3; do
    run job env SLURM_ARRAY_TASK_ID=$task sh array.sh
done
run ringsim merge "$work/array/shards"
says 0 "$counts in 3 shards" && [ ! -e "$work/requeued" ]
check 'the jobs of the array go through them'
run job env SLURM_ARRAY_TASK_ID=9 sh array.sh
says 2 '0009.shard' && [ ! -e "$work/requeued" ]
check 'a job without a shard does not ask for another time'
rm "$work/programs/scontrol"

# Slurm on one machine: the daemon that proves who somebody is, the one that has the queue, and the
# one that runs jobs. It has more processors than there are, so that jobs do not wait.
start_slurm() {
    at=$work/slurm
    mkdir -p "$at/state" "$at/spool"
    host=$(hostname -s)
    queue_port=$(free_port) && jobs_port=$(free_port) || return 1
    dd if=/dev/urandom of="$at/key" bs=128 count=1 2>/dev/null
    chmod 600 "$at/key"
    cat >"$at/slurm.conf" <<CONFIG
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$queue_port
SlurmdPort=$jobs_port
AuthType=auth/munge
AuthInfo=socket=$at/munge,cred_expire=5
CredType=cred/munge
SlurmUser=root
StateSaveLocation=$at/state
SlurmdSpoolDir=$at/spool
SlurmctldPidFile=$at/slurmctld.pid
SlurmdPidFile=$at/slurmd.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
MailProg=/bin/true
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
NodeName=$host NodeAddr=127.0.0.1 CPUs=16
PartitionName=all Nodes=ALL Default=YES State=UP
CONFIG
    export SLURM_CONF="$at/slurm.conf"
    timeout -k 1 $seconds_max munged --foreground --socket="$at/munge" --key-file="$at/key" \
        --pid-file="$at/munge.pid" --log-file="$at/munge.log" --seed-file="$at/seed" \
        </dev/null >"$at/munge.said" 2>&1 &
    soon test -S "$at/munge" || return 1
    timeout -k 1 $seconds_max slurmctld -D -f "$SLURM_CONF" -L "$at/queue.log" </dev/null \
        >/dev/null 2>&1 &
    timeout -k 1 $seconds_max slurmd -D -f "$SLURM_CONF" -L "$at/jobs.log" </dev/null \
        >/dev/null 2>&1 &
    soon node_is_up
}
node_is_up() { timeout 3 sinfo -h -o %T | grep -q idle; }
queue_is_empty() { [ -z "$(timeout 10 squeue -h 2>&1)" ]; }
tail_of_slurm() { tail -q -n 1 "$work"/slurm/munge.said "$work"/slurm/*.log 2>/dev/null | tail -n 1; }

not_here=
for program in munged slurmctld slurmd sbatch squeue; do
    command -v $program >/dev/null || not_here='slurm-wlm is not installed'
done
[ -n "$not_here" ] || [ "$(id -u)" = 0 ] || not_here='slurmd wants to be root'
[ -n "$not_here" ] || start_slurm || not_here="Slurm does not start here: $(tail_of_slurm)"
if [ -n "$not_here" ]; then
    for name in "$through_array" "$again" "$refused" "$ends"; do skip "$name" "$not_here"; done
else
    # Each array in a directory of its own; all at once.
    for one in whole short wrong; do mkdir "$work/$one"; done
    cp "$work/array/array.sh" "$work/whole"
    cp "$work/array/array.sh" "$work/wrong"
    sed '1aecho again >>begun' "$work/array/short.sh" >"$work/short/array.sh"
    split --into 6 -o "$work/whole/shards" >/dev/null
    split --into 2 -o "$work/short/shards" >/dev/null
    mkdir "$work/wrong/shards"
    head -c 40 "$work/whole/shards/0001.shard" >"$work/wrong/shards/0001.shard"
    submit() { (cd "$work/$1" && timeout 20 sbatch --array="$2" array.sh) >"$work/out" 2>"$work/err"; }
    line=$(line_of_page 'sbatch .*array.sh')
    [ "$line" = 'sbatch --array=1-100 array.sh' ] && submit whole 1-6 && submit short 1-2 &&
        submit wrong 1 && soon queue_is_empty
    run ringsim merge "$work/whole/shards"
    cat "$work"/slurm/queue.log "$work"/whole/slurm-*.out >>"$work/err"
    says 0 "$counts in 6 shards"
    check "$through_array"
    run ringsim merge "$work/short/shards"
    cat "$work"/slurm/queue.log "$work"/short/slurm-*.out >>"$work/err"
    says 0 "$counts in 2 shards" && [ "$(grep -c . "$work/short/begun")" -ge 4 ]
    check "$again"
    cat "$work"/slurm/queue.log "$work"/wrong/slurm-*.out >"$work/err"
    grep -q 'is damaged' "$work"/wrong/slurm-*.out && [ "$(grep -c . "$work"/wrong/slurm-*.out)" = 1 ]
    check "$refused"
    end_all
    left=$(at_work)
    echo "$left" >"$work/out"
    [ -z "$left" ]
    check "$ends"
fi

# --- Kubernetes ----------------------------------------------------------------------------------

block_of_page 'apiVersion: batch/v1' >"$work/job.yaml"
split --into 3 -o "$work/volume" >/dev/null
pod=$(sed -n "s/^ *command: \[sh, -c, '\(.*\)'\]$/\1/p" "$work/job.yaml" |
    sed "s|/shards/|$work/volume/|")
for index in 0 1 2; do
    [ -n "$pod" ] && run env JOB_COMPLETION_INDEX=$index sh -c "$pod"
done
run ringsim merge "$work/volume"
says 0 "$counts in 3 shards"
check 'so do the pods of an indexed Job of Kubernetes'

# Kubernetes' own client reads the manifest as the cluster would, and drops what it has no field
# for; it needs no cluster for that.
known='its manifest has no field that Kubernetes does not know'
in_container='its command goes through them as it stands there, in a root with such a volume'
if ! command -v kubectl >/dev/null; then
    skip "$known" 'kubectl is not installed'
    skip "$in_container" 'kubectl is not installed'
else
    read_by_client() { # yaml or json
        timeout 20 kubectl set env --kubeconfig=/dev/null --local -f "$work/job.yaml" \
            RINGSIM_JOBS=1 -o "$1"
    }
    run read_by_client yaml
    cp "$work/out" "$work/read.yaml"
    [ "$last" -eq 0 ] && [ "$(grep -oE '[A-Za-z]+:' "$work/job.yaml" | sort -u |
        while read -r field; do grep -qF "$field" "$work/read.yaml" || echo "$field"; done |
        tee "$work/out")" = '' ]
    check "$known"
    read_by_client json >"$work/job.json" 2>/dev/null
    # One pod: what the client has read, with a root of its own in which nothing else is other than
    # here.
    cat >"$work/pod.sh" <<'POD'
root=$1/pod/root
mount -t tmpfs tmpfs "$1/pod" && mkdir "$1/pod/upper" "$1/pod/work" "$root" &&
    mount -t overlay overlay -o "lowerdir=/,upperdir=$1/pod/upper,workdir=$1/pod/work" "$root" &&
    mkdir "$root/shards" && mount --bind "$1/pods" "$root/shards" &&
    mount --rbind /proc "$root/proc" || exit 125
chroot "$root" sh -c 'command -v ringsim' >/dev/null || exit 125
exec chroot "$root" python3 -c '
import json, os, sys
pod = json.load(sys.stdin)["spec"]["template"]["spec"]
container = pod["containers"][0]
mount = container["volumeMounts"][0]
assert [v["name"] for v in pod["volumes"]] == [mount["name"]] and mount["mountPath"] == "/shards"
os.environ.update((e["name"], e["value"]) for e in container["env"])
os.execvp(container["command"][0], container["command"])'
POD
    mkdir "$work/pod" "$work/pods"
    cp "$work"/volume/*.shard "$work/pods"
    in_pod() { JOB_COMPLETION_INDEX=$1 unshare -m sh "$work/pod.sh" "$work" <"$work/job.json"; }
    run in_pod 0
    if [ "$last" -eq 125 ] || ! command -v unshare >/dev/null; then
        skip "$in_container" "there is no such root here: $(tail -n 1 "$work/err")"
    else
        run in_pod 1 && run in_pod 2 && run ringsim merge "$work/pods"
        says 0 "$counts in 3 shards"
        check "$in_container"
    fi
fi
echo "1..$number"
