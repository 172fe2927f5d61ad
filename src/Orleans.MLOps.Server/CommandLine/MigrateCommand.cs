using Orleans.MLOps.Hosting;
using Orleans.MLOps.Server.Node;

namespace Orleans.MLOps.Server.CommandLine;

/// <summary>Creates or upgrades a cluster's database. It alone needs a user who may change the schema.</summary>
internal static class MigrateCommand
{
    public static async Task<int> RunAsync(string[] arguments, CancellationToken stop)
    {
        NodeOptions options;
        try
        {
            options = NodeSettings.Read(arguments);
        }
        catch (UsageException error)
        {
            return NodeCommand.Refuse(error.Message, ExitCodes.Usage);
        }

        if (options.Cluster is not { } cluster)
        {
            return NodeCommand.Refuse(
                $"An embedded node migrates its own databases when it starts; migrate is for a cluster's: give {NodeSetting.Mode.Option} cluster.", ExitCodes.Usage);
        }

        return await NodeCommand.GuardAsync(options, () => MigrateAsync(cluster.Postgres, stop), stop);
    }

    private static async Task<int> MigrateAsync(string postgres, CancellationToken stop)
    {
        var steps = await MlopsClusterExtensions.MigrateMlopsDatabaseAsync(postgres, stop);
        foreach (var step in steps)
        {
            Console.Out.WriteLine($"ran {step}");
        }

        Console.Out.WriteLine(steps.Count == 0 ? "The database was current." : "The database is current.");
        return ExitCodes.Success;
    }
}
