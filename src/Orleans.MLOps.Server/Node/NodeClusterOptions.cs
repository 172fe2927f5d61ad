using System.Net;

namespace Orleans.MLOps.Server.Node;

/// <summary>How a node stands in a cluster.</summary>
public sealed record NodeClusterOptions
{
    /// <summary>Npgsql's connection string of the cluster's database. It may hold a password and is never printed.</summary>
    public required string Postgres { get; init; }

    /// <summary>The folder of the blobs, which all nodes of the cluster share.</summary>
    public required string Blobs { get; init; }

    /// <summary>The cluster's name. Default: mlops.</summary>
    public string Name { get; init; } = "mlops";

    /// <summary>The address at which other silos reach this node. Default: 127.0.0.1 (nodes of one machine).</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port for other silos; 0 takes a free one. Default: 11111.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>The port for the other silos of a training; 0 takes a free one. Default: 0.</summary>
    public int ExchangePort { get; init; }

    /// <summary>gateway, serving, training, several of them separated by commas, or all. Default: all.</summary>
    public string Role { get; init; } = "all";

    /// <summary>cpu or cuda. Default: cpu.</summary>
    public string Accelerator { get; init; } = "cpu";

    /// <summary>How long a silo may leave probes unanswered until the others declare it dead. Default: 15 seconds.</summary>
    public TimeSpan DeathAfter { get; init; } = TimeSpan.FromSeconds(15);
}
