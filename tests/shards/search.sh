# The search of a scenario that tests of shards cut. To be sourced; $ringsim is the program.
# The numbers that `ringsim verify` holds this search to.
scenario=two-producers
orders='libbpf reserve.lock=none'
model=x86-tso
all=84024
violating=82696
split() { "$ringsim" split $scenario --orders "$orders" --model $model "$@"; }
counts="$all executions"
