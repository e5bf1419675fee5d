// Every test here starts processes that mostly wait for each other; more at once would wait for the machine.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
