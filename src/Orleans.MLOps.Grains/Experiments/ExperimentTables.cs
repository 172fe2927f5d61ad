using System.Data.Common;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>The experiments of all projects in the tables.</summary>
internal sealed class ExperimentTables(ITables tables, PlatformClock clock)
{
    public const int LargestList = 1000;

    private const string Columns = "experiment_id, project, name, lifecycle, created_us, updated_us";

    public async Task<ExperimentInfo> CreateAsync(string project, string name, CancellationToken cancellationToken)
    {
        ExperimentLimits.CheckName(project, "project");
        ExperimentLimits.CheckName(name, "name");
        var now = clock.WallNow;
        await tables.WriteAsync(
            new TableWrite().Add(
                """
                INSERT INTO experiments (project, name, lifecycle, created_us, updated_us) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (project, name) DO NOTHING
                """,
                project, name, nameof(Lifecycle.Active), now, now),
            cancellationToken);
        return await FindAsync(project, name, cancellationToken)
            ?? throw new UnavailableException($"Experiment '{name}' of project '{project}' was created but cannot be read.");
    }

    public async Task<ExperimentInfo?> FindAsync(string project, string name, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            $"SELECT {Columns} FROM experiments WHERE project = $1 AND name = $2", Read, cancellationToken, project, name);
        return rows.Count == 0 ? null : rows[0];
    }

    public async Task<ExperimentInfo?> FindAsync(long experimentId, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            $"SELECT {Columns} FROM experiments WHERE experiment_id = $1", Read, cancellationToken, experimentId);
        return rows.Count == 0 ? null : rows[0];
    }

    public async Task<ExperimentInfo[]> ListActiveAsync(string project, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            $"""
            SELECT {Columns} FROM experiments WHERE project = $1 AND lifecycle = $2
            ORDER BY created_us DESC, experiment_id DESC LIMIT $3
            """,
            Read,
            cancellationToken,
            project, nameof(Lifecycle.Active), LargestList);
        return [.. rows];
    }

    /// <exception cref="NotFoundException">There is no such experiment.</exception>
    public async Task SetLifecycleAsync(long experimentId, Lifecycle lifecycle, CancellationToken cancellationToken)
    {
        if (!Enum.IsDefined(lifecycle))
        {
            throw new InvalidInputException($"lifecycle {(int)lifecycle} is not known: Active and Deleted are.", "lifecycle");
        }

        var result = await tables.WriteAsync(
            new TableWrite()
                .Require("exists", RowCount.One, "SELECT 1 FROM experiments WHERE experiment_id = $1", experimentId)
                .Add(
                    "UPDATE experiments SET lifecycle = $2, updated_us = $3 WHERE experiment_id = $1 AND lifecycle <> $2",
                    experimentId, lifecycle.ToString(), clock.WallNow),
            cancellationToken);
        if (!result.Applied)
        {
            throw Missing(experimentId);
        }
    }

    public static NotFoundException Missing(long experimentId) => new($"Experiment {experimentId} does not exist.", "experiment_id");

    private static ExperimentInfo Read(DbDataReader row) => new()
    {
        ExperimentId = row.GetInt64(0),
        Project = row.GetString(1),
        Name = row.GetString(2),
        Lifecycle = Enum.Parse<Lifecycle>(row.GetString(3)),
        CreatedAt = row.GetTime(4),
        UpdatedAt = row.GetTime(5),
    };
}
