using System.Net;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Hosting;

/// <summary>How a silo stands in a cluster. Checked when <c>UseMlopsCluster</c> is called.</summary>
public sealed class MlopsClusterOptions
{
    /// <summary>Npgsql's connection string of the cluster's database. Required.</summary>
    public required string Postgres { get; set; }

    /// <summary>The cluster's name, the same for all its silos; it also files their state. Default: mlops.</summary>
    public string Cluster { get; set; } = "mlops";

    /// <summary>The address at which other silos reach this one. Default: 127.0.0.1 (silos of one machine).</summary>
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>The port for other silos, 1 to 65535. Required.</summary>
    public required int SiloPort { get; set; }

    /// <summary>The port for Orleans clients; 0 opens none. Default: 0.</summary>
    public int GatewayPort { get; set; }

    /// <summary>What the silo does: <c>gateway</c>, <c>serving</c>, <c>training</c>, several of them separated by commas, or <c>all</c>. Default: all.</summary>
    public string Role { get; set; } = SiloRoles.All;

    /// <summary>
    /// What the silo trains on: <c>cpu</c> or <c>cuda</c>, which needs a device that NVIDIA's driver knows. Jobs that ask for CUDA are placed
    /// by it; the trainer itself computes on processors so far. Default: cpu.
    /// </summary>
    public string Accelerator { get; set; } = SiloRoles.Cpu;

    /// <summary>
    /// The port, at <see cref="Address"/>, for the other silos of a training; a silo of role training opens it at its start, which fails with
    /// <see cref="FailedPreconditionException"/> when it cannot be had. Default: 0, a free one, opened by the first job over several silos.
    /// </summary>
    public int ExchangePort { get; set; }

    /// <summary>How long a silo may leave probes unanswered until the others declare it dead, at least 3 seconds. Default: 15 seconds.</summary>
    public TimeSpan DeathAfter { get; set; } = TimeSpan.FromSeconds(15);

    internal void Check()
    {
        Require(!string.IsNullOrWhiteSpace(Postgres), nameof(Postgres), "", "must be a connection string such as Host=db;Database=mlops;Username=mlops");
        Require(!string.IsNullOrWhiteSpace(Cluster) && Cluster.Length <= 100, nameof(Cluster), Cluster, "must be a name of 1 to 100 characters, the same for all silos");
        Require(SiloPort is > 0 and <= ushort.MaxValue, nameof(SiloPort), SiloPort, "must be a port from 1 to 65535 that the other silos reach");
        Require(GatewayPort is >= 0 and <= ushort.MaxValue, nameof(GatewayPort), GatewayPort, "must be a port from 1 to 65535, or 0 for none");
        Require(!Address.Equals(IPAddress.Any) && !Address.Equals(IPAddress.IPv6Any), nameof(Address), Address, "must be the one address at which other silos reach this one");
        foreach (var role in SiloRoles.Split(Role))
        {
            Require(SiloRoles.Known.Contains(role), nameof(Role), Role, $"must be one or several of {string.Join(", ", SiloRoles.Known)}, separated by commas");
        }

        Require(SiloRoles.Split(Role).Length > 0, nameof(Role), Role, $"must be one or several of {string.Join(", ", SiloRoles.Known)}, separated by commas");
        Require(Accelerator is SiloRoles.Cpu or SiloRoles.Cuda, nameof(Accelerator), Accelerator, "must be cpu or cuda");
        Require(
            Accelerator != SiloRoles.Cuda || CudaDriver.CountDevices() > 0, nameof(Accelerator), Accelerator,
            "needs a CUDA device, and NVIDIA's driver knows none on this machine; use cpu");
        Require(ExchangePort is >= 0 and <= ushort.MaxValue, nameof(ExchangePort), ExchangePort, "must be a port from 1 to 65535, or 0 for a free one");
        Require(DeathAfter >= TimeSpan.FromSeconds(3) && DeathAfter <= TimeSpan.FromMinutes(10), nameof(DeathAfter), DeathAfter, "must be 3 seconds to 10 minutes");
    }

    private static void Require(bool holds, string option, object given, string rule)
    {
        if (!holds)
        {
            throw new InvalidInputException($"MlopsClusterOptions.{option} is '{given}': it {rule}.", option);
        }
    }
}
