using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Training;
using Orleans.MLOps.Storage.Logs;
using Orleans.MLOps.Storage.Postgres;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Orleans.MLOps.Hosting;

/// <summary>Puts a silo into a cluster over PostgreSQL.</summary>
public static class MlopsClusterExtensions
{
    private const int ProbesUntilDeath = 3;

    /// <summary>Creates the schema of a cluster's database or brings it to this version: all or nothing, and safe to run from several machines. Idempotent.</summary>
    /// <param name="postgres">Connection string of a user who may change the schema; silos need only to read and write rows.</param>
    /// <param name="cancellationToken">Gives up; nothing is changed.</param>
    /// <returns>The steps that were run; none when it was current.</returns>
    /// <exception cref="FailedPreconditionException">A newer program wrote the database.</exception>
    /// <exception cref="InvalidInputException">The text is no connection string, or the user may not change the schema.</exception>
    /// <exception cref="UnavailableException">The database cannot be reached.</exception>
    public static async Task<IReadOnlyList<string>> MigrateMlopsDatabaseAsync(string postgres, CancellationToken cancellationToken = default)
    {
        await using var database = new PostgresDatabase(postgres);
        return await database.MigrateAsync(cancellationToken);
    }

    /// <summary>
    /// Membership and reminders in PostgreSQL, the silo's endpoints, and its role and accelerator as silo metadata. Call <c>AddMlops</c> with the same
    /// database beside it. What goes between silos is neither encrypted nor authenticated: their network must be private.
    /// </summary>
    /// <exception cref="InvalidInputException">An option breaks its rule; the message names option, value and rule.</exception>
    public static ISiloBuilder UseMlopsCluster(this ISiloBuilder silo, MlopsClusterOptions options)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        using var database = new PostgresDatabase(options.Postgres);
        var connectionString = database.ConnectionString;
        silo.UseAdoNetClustering(clustering =>
        {
            clustering.Invariant = PostgresDatabase.Invariant;
            clustering.ConnectionString = connectionString;
        });
        silo.UseAdoNetReminderService(reminders => reminders.Configure(options =>
        {
            options.Invariant = PostgresDatabase.Invariant;
            options.ConnectionString = connectionString;
        }));
        silo.Services.AddSingleton<ILogFence, MembershipFence>();
        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.Cluster, options.Cluster));
        silo.Configure<EndpointOptions>(endpoints =>
        {
            endpoints.AdvertisedIPAddress = options.Address;
            endpoints.SiloPort = options.SiloPort;
            endpoints.GatewayPort = options.GatewayPort;
            endpoints.SiloListeningEndpoint = new IPEndPoint(options.Address, options.SiloPort);
            endpoints.GatewayListeningEndpoint = options.GatewayPort > 0 ? new IPEndPoint(options.Address, options.GatewayPort) : null;
        });
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = options.DeathAfter / ProbesUntilDeath;
            membership.NumMissedProbesLimit = ProbesUntilDeath;

            // A silo asked to probe for another discounts itself while it is busy, and a busy cluster then never declares a frozen silo dead.
            membership.EnableIndirectProbes = false;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
            membership.DefunctSiloExpiration = TimeSpan.FromDays(1);
            membership.DefunctSiloCleanupPeriod = TimeSpan.FromHours(1);
        });

        // A silo that does not train has no use for the port, so it does not take it from one that does.
        silo.Services.AddSingleton(new ExchangePortOptions(SiloRoles.Does(options.Role, SiloRoles.Training) ? options.ExchangePort : 0));
        return silo.UseSiloMetadata(new Dictionary<string, string> { [SiloRoles.RoleKey] = options.Role, [SiloRoles.AcceleratorKey] = options.Accelerator });
    }
}
