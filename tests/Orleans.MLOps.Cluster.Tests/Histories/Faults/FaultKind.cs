namespace Orleans.MLOps.Cluster.Tests.Histories.Faults;

internal enum FaultKind
{
    /// <summary>A silo is killed with -9 and started again later.</summary>
    KillSilo,

    /// <summary>A silo is stopped in order and started again later.</summary>
    StopSilo,

    /// <summary>A silo stands still, for less than the others need to declare it dead.</summary>
    PauseSilo,

    /// <summary>A silo stands still until the others have declared it dead, and goes on then.</summary>
    PauseSiloLong,

    /// <summary>PostgreSQL ends as in a crash and starts again.</summary>
    CrashDatabase,

    /// <summary>PostgreSQL ends in order and starts again.</summary>
    RestartDatabase,

    /// <summary>PostgreSQL stands still.</summary>
    PauseDatabase,

    /// <summary>A silo does not reach the other silos, nor they it.</summary>
    CutFromSilos,

    /// <summary>A silo does not reach the database.</summary>
    CutFromDatabase,

    /// <summary>A silo reaches neither.</summary>
    CutFromAll,

    /// <summary>What a silo sends is slow, as <see cref="TestNetwork.Slowness"/> says.</summary>
    SlowLinks,

    /// <summary>Of what a silo receives every twentieth packet is lost.</summary>
    LossyLinks,
}
