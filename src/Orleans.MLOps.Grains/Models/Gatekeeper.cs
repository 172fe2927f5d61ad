using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Models;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Keeps the gates of aliases and asks them.</summary>
internal sealed class Gatekeeper(RegistryTables registry, RegistryWriter writer, PlatformClock clock)
{
    public Task SetAsync(ModelKey key, SetGates command, CancellationToken cancellationToken)
    {
        ModelRules.Check(command);
        return writer.ChangeAsync(
            key,
            model => Task.FromResult<TableWrite?>(command.Gates.Length == 0
                ? RegistryStatements.Begin(model, null).Add(
                    "DELETE FROM model_gates WHERE project = $1 AND model = $2 AND alias = $3", key.Project, key.Name, command.Alias)
                : RegistryStatements.Begin(model, null).Add(
                    """
                    INSERT INTO model_gates (project, model, alias, gates, set_by, set_us) VALUES ($1, $2, $3, $4, $5, $6)
                    ON CONFLICT (project, model, alias) DO UPDATE SET gates = excluded.gates, set_by = excluded.set_by, set_us = excluded.set_us
                    """,
                    key.Project, key.Name, command.Alias, CatalogJson.Write(command.Gates), command.RequestedBy, clock.WallNow)),
            cancellationToken);
    }

    /// <summary>What the gates say about a query; it passes where there are none.</summary>
    public async Task<GateEvaluation> PreviewAsync(ModelKey key, EvaluateGates query, CancellationToken cancellationToken)
    {
        ModelRules.CheckAlias(query.Alias);
        ModelRules.CheckEvidence(query.Evidence);
        var candidate = await registry.RequireVersionAsync(key, query.Version, cancellationToken);
        var isStage = Enum.TryParse<ModelStage>(query.Alias, out var stage) && stage.ToString() == query.Alias;
        var holder = isStage
            ? await registry.FindStagedAsync(key, stage, query.Version, cancellationToken)
            : await registry.FindAliasAsync(key, query.Alias, cancellationToken);
        var champion = isStage ? holder : holder ?? await LastHolderAsync(key, query.Alias, query.Version, cancellationToken);
        return await EvaluateAsync(key, query.Alias, candidate, champion, query.RequestedBy, query.Evidence, cancellationToken)
            ?? new GateEvaluation { Alias = query.Alias, Version = query.Version, Champion = holder, Passed = true, At = clock.WallNow };
    }

    /// <summary>The version that held an alias last, other than the candidate: one that was taken away is still what the next is compared with.</summary>
    public async Task<int?> LastHolderAsync(ModelKey key, string alias, int candidate, CancellationToken cancellationToken)
    {
        var ready = await registry.GetReadyAsync(key, cancellationToken);
        return AliasRules.PreviousHolder(await registry.GetHoldsAsync(key, alias, cancellationToken), candidate, ready.Contains);
    }

    /// <summary>Asks the gates for a move.</summary>
    /// <returns>What they said; null when there are none.</returns>
    /// <exception cref="FailedPreconditionException">One refuses; the message lists every gate with its figures.</exception>
    public async Task<GateEvaluation?> RequireAsync(
        ModelKey key, string alias, ModelVersionInfo candidate, int? holder, string? requestedBy, Dictionary<string, double> evidence, CancellationToken cancellationToken)
    {
        var evaluation = await EvaluateAsync(key, alias, candidate, holder, requestedBy, evidence, cancellationToken);
        return evaluation is null or { Passed: true } ? evaluation : throw GateRules.Refusal(evaluation, key.Name);
    }

    private async Task<GateEvaluation?> EvaluateAsync(
        ModelKey key, string alias, ModelVersionInfo candidate, int? holder, string? requestedBy, Dictionary<string, double> evidence, CancellationToken cancellationToken)
    {
        var all = await registry.GetGatesAsync(key, cancellationToken);
        if (all.FirstOrDefault(gates => gates.Alias == alias) is not { } found)
        {
            return null;
        }

        var champion = holder is { } number && number != candidate.Version ? await registry.FindVersionAsync(key, number, cancellationToken) : null;
        var results = GateRules.Evaluate(found.Gates, new GateFacts
        {
            Candidate = candidate,
            Metrics = (await registry.GetRunFactsAsync(candidate.RunId, cancellationToken)).MetricsOf(candidate),
            Champion = champion,
            ChampionMetrics = champion is null
                ? new Dictionary<string, double>()
                : (await registry.GetRunFactsAsync(champion.RunId, cancellationToken)).MetricsOf(champion),
            Evidence = evidence,
            RequestedBy = requestedBy,
        });
        return new GateEvaluation
        {
            Alias = alias,
            Version = candidate.Version,
            Champion = holder,
            Passed = Array.TrueForAll(results, result => result.Passed),
            Results = results,
            At = clock.WallNow,
        };
    }
}
