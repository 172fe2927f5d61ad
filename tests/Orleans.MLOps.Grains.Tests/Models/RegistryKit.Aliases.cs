using Orleans.MLOps.Models;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Models;

/// <summary>Aliases, gates, cards and comparisons.</summary>
public abstract partial class RegistryKit
{
    private static readonly PromotionGate LowLoss = new() { Kind = GateKind.MetricAtMost, Metric = "log_loss", Bound = 0.4 };

    [Fact]
    public async Task SetAlias_ManyAtOnceWithoutAGrain_OneWins()
    {
        await using var store = await OpenAsync();
        await store.RegisterAsync("a");
        await store.RegisterAsync("b");

        var moves = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                await store.MoveAsync($"op{i}", 1 + (i % 2), null);
                return true;
            }
            catch (FailedPreconditionException)
            {
                return false;
            }
        }));

        Assert.Equal(1, moves.Count(won => won));
        Assert.Single((await store.GetAsync()).History);
    }

    [Fact]
    public async Task SetAlias_RepeatedAfterOthersMovedOn_ChangesNothing()
    {
        await using var store = await OpenAsync();
        await store.RegisterAsync("a");
        await store.RegisterAsync("b");
        await store.MoveAsync("first", 1, null);
        await store.MoveAsync("second", 2, 1);

        var repeated = await store.MoveAsync("first", 1, null);

        Assert.Equal(2, Assert.Single(repeated.Aliases).Version);
        await Assert.ThrowsAsync<AlreadyExistsException>(() => store.MoveAsync("first", 2, null));
        await store.MoveAsync("third", 2, null, command => command with { FromAnywhere = true });
        Assert.Equal(2, (await store.GetAsync()).History.Length);
    }

    [Fact]
    public async Task SetAlias_GateRefuses_ChangesNothingAndSaysWhy()
    {
        await using var store = await OpenAsync();
        await store.RegisterWeightsAsync("a", loss: 0.5);
        await store.RegisterWeightsAsync("b", loss: 0.3);
        await store.SetGatesAsync(LowLoss, new PromotionGate { Kind = GateKind.ParityPassed });

        var refused = await Assert.ThrowsAsync<FailedPreconditionException>(() => store.MoveAsync("one", 1, null));

        Assert.Equal("gates", refused.Field);
        Assert.Contains("measured 0.5", refused.Message, StringComparison.Ordinal);
        Assert.Empty((await store.GetAsync()).History);

        await store.MoveAsync("two", 2, null, command => command with { RequestedBy = "carl", Reason = "better" });
        var page = await store.Registry.Tables.GetHistoryAsync(new AliasHistoryQuery { Model = "m" }, Token);
        var change = Assert.Single(page.Changes);
        Assert.Equal(("carl", "better", true, 2), (change.RequestedBy, change.Reason, change.Evaluation!.Passed, change.Evaluation.Results.Length));

        // A refused operation was not carried out, so its id may be used again.
        await store.Registry.Gates.SetAsync(RegistryStore.Key, new SetGates { Model = "m", Alias = "champion" }, Token);
        Assert.Equal(1, Assert.Single((await store.MoveAsync("one", 1, null, command => command with { FromAnywhere = true })).Aliases).Version);
    }

    [Fact]
    public async Task SetAlias_EvidenceOfAVerdict_GoesByTheGatesAndStaysOnRecord()
    {
        await using var store = await OpenAsync();
        await store.RegisterWeightsAsync("a", dataset: "old");
        await store.RegisterWeightsAsync("b", dataset: "new", loss: 0.1);
        await store.MoveAsync("first", 1, null);
        await store.SetGatesAsync(new PromotionGate { Kind = GateKind.BetterThanChampion, Metric = "log_loss", Bound = 0.01 });

        await Assert.ThrowsAsync<FailedPreconditionException>(() => store.MoveAsync("bare", 2, 1));
        await store.MoveAsync("judged", 2, 1, command => command with { Evidence = new() { ["log_loss"] = 0.2, ["champion.log_loss"] = 0.25 } });

        var page = await store.Registry.Tables.GetHistoryAsync(new AliasHistoryQuery { Model = "m", Limit = 1 }, Token);
        Assert.Equal(0.25, page.Changes[0].Evidence["champion.log_loss"]);
        Assert.Equal((0.2, 0.25), (page.Changes[0].Evaluation!.Results[0].Value, page.Changes[0].Evaluation!.Results[0].Reference));
        Assert.Equal(page.Changes[0].Sequence, page.NextBeforeSequence);
        var rest = await store.Registry.Tables.GetHistoryAsync(new AliasHistoryQuery { Model = "m", Alias = "champion", BeforeSequence = page.NextBeforeSequence }, Token);
        Assert.Equal(1, Assert.Single(rest.Changes).To);
        Assert.Null(rest.NextBeforeSequence);
    }

    [Fact]
    public async Task SetAlias_AfterTheAliasWasTakenAway_IsComparedWithItsLastHolder()
    {
        await using var store = await OpenAsync();
        await store.RegisterWeightsAsync("a", dataset: "same", loss: 0.1);
        await store.RegisterWeightsAsync("b", dataset: "same", loss: 0.4);
        await store.SetGatesAsync(new PromotionGate { Kind = GateKind.BetterThanChampion, Metric = "log_loss", Bound = 0.01 });
        await store.MoveAsync("first", 1, null);
        await store.MoveAsync("away", null, 1);

        var refused = await Assert.ThrowsAsync<FailedPreconditionException>(() => store.MoveAsync("worse", 2, null));

        Assert.Contains("of version 1", refused.Message, StringComparison.Ordinal);
        Assert.False((await store.Registry.Gates.PreviewAsync(RegistryStore.Key, new EvaluateGates { Model = "m", Alias = "champion", Version = 2 }, Token)).Passed);
        await store.MoveAsync("back", 1, null);
    }

    [Fact]
    public async Task DeleteAndRename_WhileGatesGuardTheModel_AreRefused()
    {
        await using var store = await OpenAsync();
        await store.RegisterAsync("a");
        await store.MoveAsync("first", 1, null);
        await store.SetGatesAsync(LowLoss);

        await Assert.ThrowsAsync<FailedPreconditionException>(() => store.Registry.Models.DeleteAsync(RegistryStore.Key, Token));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => store.Registry.Models.RenameAsync(RegistryStore.Key, new RenameModel { Model = "m", NewName = "other" }, Token));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => store.Registry.Versions.DeleteAsync(RegistryStore.Key, 1, Token));
        await store.SetGatesAsync();
        await store.Registry.Versions.DeleteAsync(RegistryStore.Key, 1, Token);
        await store.Registry.Models.DeleteAsync(RegistryStore.Key, Token);
    }

    [Fact]
    public async Task SetAlias_ApprovalOfASecondPerson_IsAskedFor()
    {
        await using var store = await OpenAsync();
        await store.RegisterAsync(RegistryStore.Foreign("a") with { User = "anna" });
        await store.SetGatesAsync(new PromotionGate { Kind = GateKind.ApprovedBySecondPerson });

        await ApproveAsync("anna", null);
        await ApproveAsync("carl", "mine");
        await Assert.ThrowsAsync<FailedPreconditionException>(() => store.MoveAsync("one", 1, null, command => command with { RequestedBy = "carl" }));
        await ApproveAsync("berta", "looks right");
        await ApproveAsync("berta", "again");
        await store.MoveAsync("two", 1, null, command => command with { RequestedBy = "carl" });

        Assert.Equal([("anna", null), ("carl", "mine"), ("berta", "looks right")], (await store.GetVersionAsync(1)).Approvals.Select(approval => (approval.Approver, approval.Note)));

        Task ApproveAsync(string who, string? note) => store.Registry.Versions.ApproveAsync(
            RegistryStore.Key, new ApproveVersion { Model = "m", Version = 1, Approver = who, Note = note }, Token);
    }

    [Fact]
    public async Task SetAlias_ForeignVersion_GatesGoByTheMetricsOfItsRun()
    {
        await using var store = await OpenAsync();
        var run = new string('a', 32);
        await store.Tables.WriteAsync(
            new TableWrite()
                .Add("INSERT INTO experiments (project, name, lifecycle, created_us, updated_us) VALUES ('default', 'e', 'Active', 0, 0)")
                .Add("INSERT INTO runs (run_id, experiment_id, name, status, lifecycle) SELECT $1, experiment_id, 'r', 'Running', 'Active' FROM experiments WHERE name = 'e'", run)
                .Add("INSERT INTO params (run_id, key, value) VALUES ($1, 'rate', '0.1')", run)
                .Add("INSERT INTO latest_metrics (run_id, key, step, timestamp_us, value, is_nan) VALUES ($1, 'log_loss', 1, 0, 0.3, 0)", run),
            Token);
        await store.RegisterAsync(RegistryStore.Foreign("a") with { RunId = run });
        await store.RegisterAsync("b");
        await store.SetGatesAsync(LowLoss);

        await Assert.ThrowsAsync<FailedPreconditionException>(() => store.MoveAsync("one", 2, null));
        await store.MoveAsync("two", 1, null);

        var comparison = await store.Registry.Reports.CompareAsync(RegistryStore.Key, 1, 2, Token);
        Assert.Equal([("log_loss", 0.3, null)], comparison.Metrics.Select(metric => (metric.Name, metric.Left, metric.Right)));
        Assert.Equal([("rate", "0.1", null)], comparison.Params.Select(param => (param.Name, param.Left, param.Right)));
        Assert.Contains("| rate | 0.1 |", (await store.Registry.Reports.GetCardAsync(RegistryStore.Key, 1, Token)).Generated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transition_StageWithGates_IsRefusedLikeAnAlias()
    {
        await using var store = await OpenAsync();
        await store.RegisterWeightsAsync("a", loss: 0.5);
        await store.Registry.Gates.SetAsync(RegistryStore.Key, new SetGates { Model = "m", Alias = "Production", Gates = [LowLoss] }, Token);
        var command = new TransitionStage { Model = "m", Version = 1, Stage = ModelStage.Production };

        await Assert.ThrowsAsync<FailedPreconditionException>(() => store.Registry.Versions.TransitionAsync(RegistryStore.Key, command, Token));
        await store.Registry.Versions.TransitionAsync(RegistryStore.Key, command with { Stage = ModelStage.Staging }, Token);

        Assert.Equal(ModelStage.Staging, (await store.GetVersionAsync(1)).Stage);
    }

    [Fact]
    public async Task Evaluate_Preview_ChangesNothingAndPassesWithoutGates()
    {
        await using var store = await OpenAsync();
        await store.RegisterWeightsAsync("a", loss: 0.5);
        var query = new EvaluateGates { Model = "m", Version = 1, Alias = "champion" };

        Assert.True((await store.Registry.Gates.PreviewAsync(RegistryStore.Key, query, Token)).Passed);
        await store.SetGatesAsync(LowLoss);
        var evaluation = await store.Registry.Gates.PreviewAsync(RegistryStore.Key, query, Token);

        Assert.False(evaluation.Passed);
        Assert.Equal((0.5, 0.4), (evaluation.Results[0].Value, evaluation.Results[0].Reference));
        Assert.Empty((await store.GetAsync()).History);
        Assert.Equal("dora", Assert.Single(await store.Registry.Tables.GetGatesAsync(RegistryStore.Key, Token)).SetBy);
    }

    [Fact]
    public async Task SetGates_ThatMakeNoSense_AreRefused()
    {
        await using var store = await OpenAsync();
        await store.RegisterAsync("a");
        PromotionGate[] wrong =
        [
            new() { Kind = (GateKind)99 },
            new() { Kind = GateKind.MetricAtLeast },
            new() { Kind = GateKind.MetricAtLeast, Metric = "m", Bound = double.NaN },
            new() { Kind = GateKind.BetterThanChampion, Metric = "m", Bound = -1 },
            new() { Kind = GateKind.ParityPassed, Metric = "m" },
        ];
        foreach (var gate in wrong)
        {
            await Assert.ThrowsAsync<InvalidInputException>(() => store.SetGatesAsync(gate));
        }

        Assert.Empty(await store.Registry.Tables.GetGatesAsync(RegistryStore.Key, Token));
    }

    [Fact]
    public async Task RollBack_OneAfterAnother_GoesFurtherBackPastTheGates()
    {
        await using var store = await OpenAsync();
        await store.RegisterWeightsAsync("a");
        await store.RegisterWeightsAsync("b");
        await store.RegisterWeightsAsync("c");
        await store.MoveAsync("1", 1, null);
        await store.MoveAsync("2", 2, 1);
        await store.MoveAsync("3", 3, 2);
        await store.SetGatesAsync(LowLoss);

        await RollBackAsync("back 1", expected: 3);
        await RollBackAsync("back 1", expected: 3);
        Assert.Equal(2, Assert.Single((await store.GetAsync()).Aliases).Version);
        await RollBackAsync("back 2");
        Assert.Equal(1, Assert.Single((await store.GetAsync()).Aliases).Version);

        await Assert.ThrowsAsync<FailedPreconditionException>(() => RollBackAsync("back 3"));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => RollBackAsync("back 4", expected: 2));
        await Assert.ThrowsAsync<AlreadyExistsException>(() => RollBackAsync("back 1", expected: 2));
        Assert.Equal([false, false, false, true, true], (await store.GetAsync()).History.Select(change => change.Rollback));

        Task RollBackAsync(string operation, int? expected = null) => store.Registry.Aliases.RollBackAsync(
            RegistryStore.Key, new RollbackAlias { Model = "m", Alias = "champion", ExpectedVersion = expected, OperationId = operation }, Token);
    }

    [Fact]
    public async Task RollBack_ToAVersionThatNeverHeldTheAlias_MustPassTheGates()
    {
        await using var store = await OpenAsync();
        await store.RegisterWeightsAsync("a");
        await store.RegisterWeightsAsync("b");
        await store.RegisterWeightsAsync("c", loss: 0.1);
        await store.MoveAsync("1", 1, null);
        await store.SetGatesAsync(LowLoss);

        await Assert.ThrowsAsync<FailedPreconditionException>(() => RollBackAsync("one", 2));
        await RollBackAsync("two", 3);
        await RollBackAsync("three", 1);

        Assert.Equal([1, 3, 1], (await store.GetAsync()).History.Select(change => change.To ?? 0));
        await Assert.ThrowsAsync<NotFoundException>(() => RollBackAsync("four", 9));

        Task RollBackAsync(string operation, int to) => store.Registry.Aliases.RollBackAsync(
            RegistryStore.Key, new RollbackAlias { Model = "m", Alias = "champion", ToVersion = to, OperationId = operation }, Token);
    }

    [Fact]
    public async Task Card_Edited_BothAreReadableAndTheOverrideCanGo()
    {
        await using var store = await OpenAsync();
        await store.RegisterAsync(RegistryStore.Foreign("a") with { Description = "What it does." });
        var generated = (await store.Registry.Reports.GetCardAsync(RegistryStore.Key, 1, Token)).Generated;

        await store.Registry.Versions.EditCardAsync(RegistryStore.Key, new EditModelCard { Model = "m", Version = 1, Text = "# Mine", EditedBy = "anna" }, Token);
        var edited = await store.Registry.Reports.GetCardAsync(RegistryStore.Key, 1, Token);
        await store.Registry.Versions.EditCardAsync(RegistryStore.Key, new EditModelCard { Model = "m", Version = 1 }, Token);
        var reverted = await store.Registry.Reports.GetCardAsync(RegistryStore.Key, 1, Token);

        Assert.StartsWith("# m, version 1\n\nWhat it does.\n\n## Record\n", generated, StringComparison.Ordinal);
        Assert.Equal(("# Mine", "anna", generated), (edited.Edited, edited.EditedBy, edited.Generated));
        Assert.Null(reverted.Edited);
        Assert.Null(reverted.EditedAt);
    }
}
