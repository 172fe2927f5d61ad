using Orleans.MLOps.Durability.Tests.Support;
using Orleans.MLOps.Features;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Durability.Tests.Driving;

/// <summary>Moves the champion between two versions, deploys it, and rolls back now and then.</summary>
internal sealed class PromotionDriver(int seed) : Driver("promotion", seed)
{
    private const string Routed = "routed";
    private const string Alias = "champion";

    private readonly List<(int? From, int? To, string? Reason)> _moves = [];
    private readonly List<(int Revision, int Version, string? Reason)> _deploys = [];
    private Func<IMlopsClient, Task>? _uncertain;
    private int _number;

    private int Serving => _deploys[^1].Version;

    public override string Summary => $"{_moves.Count} alias moves, {_deploys.Count} deploys";

    public async Task PrepareAsync(IMlopsClient client, FeatureFrame frame)
    {
        await SampleData.TrainAsync(client, SampleData.Job(frame, Routed, epochs: 1, seed: 1), Cancel);
        await SampleData.TrainAsync(client, SampleData.Job(frame, Routed, epochs: 1, seed: 2), Cancel);
        await MoveAsync(client, null, 1);
        await DeployAsync(client, 1);
    }

    public override async Task VerifyAsync(IMlopsClient client)
    {
        var first = await client.Serving.PredictAsync(Question(), Cancel);
        Assert.Contains(Assert.Single(first.ModelVersions), new[] { 1, 2 });
        if (_uncertain is { } uncertain)
        {
            await CompareAsync(client, uncertain: true);
            await uncertain(client);
            _uncertain = null;
            Acknowledge();
        }

        await CompareAsync(client, uncertain: false);

        // Other silos than the endpoint's see a deployment within a second.
        await Patience.UntilAsync(
            "the deployed version to answer",
            () => client.Serving.PredictAsync(Question(), Cancel),
            reply => Assert.Single(reply.ModelVersions) == Serving,
            Cancel);
    }

    protected override async Task StepAsync(IMlopsClient client)
    {
        var (from, to) = (_moves[^1].To!.Value, 3 - _moves[^1].To!.Value);
        if (from != Serving)
        {
            await DeployAsync(client, from);
        }
        else if (_deploys.Count > 1 && Random.Next(5) == 0)
        {
            await RollbackAsync(client, from, to);
        }
        else
        {
            await MoveAsync(client, from, to);
            await DeployAsync(client, to);
        }
    }

    private Task MoveAsync(IMlopsClient client, int? from, int to)
    {
        var reason = $"move {++_number}";
        var command = new SetAlias { Model = Routed, Alias = Alias, ExpectedVersion = from, Version = to, Reason = reason, OperationId = reason };
        return DoAsync(client, async again =>
        {
            var model = await again.Models.SetAliasAsync(command, Cancel);
            _moves.Add((from, to, reason));
            Assert.Equal(to, model.Aliases.Single(alias => alias.Name == Alias).Version);
        });
    }

    private Task DeployAsync(IMlopsClient client, int version)
    {
        var reason = $"deploy {++_number}";
        var revision = _deploys.Count;
        var command = new DeployEndpoint
        {
            Name = Routed,
            Model = Routed,
            Variants = [new VariantSpec { Name = Alias, Version = version }],
            FeatureView = SampleData.View,
            ExpectedRevision = revision,
            Reason = reason,
            OperationId = reason,
        };
        return DoAsync(client, async again =>
        {
            var endpoint = await again.Serving.DeployAsync(command, Cancel);
            _deploys.Add((revision + 1, version, reason));
            Assert.Equal(revision + 1, endpoint.Revision);
        });
    }

    private Task RollbackAsync(IMlopsClient client, int from, int to)
    {
        var reason = $"rollback {++_number}";
        return DoAsync(client, async again =>
        {
            var endpoint = await again.Serving.RollbackAsync(Routed, reason, reason, cancellationToken: Cancel);
            _deploys.Add((_deploys.Count + 1, to, reason));
            _moves.Add((from, to, reason));
            Assert.Equal(_deploys.Count, endpoint.Revision);
        });
    }

    private async Task DoAsync(IMlopsClient client, Func<IMlopsClient, Task> operation)
    {
        Begin();
        _uncertain = operation;
        await operation(client);
        _uncertain = null;
        Acknowledge();
    }

    private async Task CompareAsync(IMlopsClient client, bool uncertain)
    {
        var model = await client.Models.GetAsync(Routed, cancellationToken: Cancel);
        RequireSuffix(_moves, [.. model.History.Select(move => (move.From, move.To, move.Reason))], uncertain);
        var endpoint = await client.Serving.GetAsync(Routed, cancellationToken: Cancel);
        RequireSuffix(_deploys, [.. endpoint.History.Select(change => (change.Revision, change.Variants.Single().Version, change.Reason))], uncertain);
        if (!uncertain)
        {
            Assert.Equal(_deploys.Count, endpoint.Revision);
            var listed = await client.Catalog.ListAsync(new CatalogQuery { Kind = "endpoint", Name = Routed }, Cancel);
            Assert.Equal(endpoint.Revision, CatalogJson.Read<EndpointInfo>(Assert.Single(listed.Entries).Json).Revision);
        }
    }

    /// <summary>The platform keeps the latest changes; the uncertain one may stand behind those acknowledged.</summary>
    private static void RequireSuffix<T>(List<T> acknowledged, T[] found, bool mayHaveOneMore)
    {
        var expected = acknowledged.TakeLast(found.Length).ToArray();
        if (mayHaveOneMore && !found.SequenceEqual(expected))
        {
            expected = [.. acknowledged.TakeLast(found.Length - 1)];
            found = found[..^1];
        }

        Assert.Equal(expected, found);
    }

    private static PredictRequest Question() => new()
    {
        Endpoint = Routed,
        Columns = [new FeatureColumn { Name = "x", Numbers = [0.5] }, new FeatureColumn { Name = "city", Texts = [SampleData.Cities[0]] }],
        EventTimes = [SampleData.End],
    };
}
