// Several clusters at once would starve each other's membership probes on a small machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
