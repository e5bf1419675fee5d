// Every test here starts processes that watch each other's clocks; side by side they would measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
