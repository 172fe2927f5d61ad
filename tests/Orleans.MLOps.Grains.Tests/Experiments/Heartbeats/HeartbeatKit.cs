using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Tests.Experiments.Search;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Experiments.Heartbeats;

/// <summary>What becomes of runs whose heartbeats cease, on every engine.</summary>
public abstract class HeartbeatKit
{
    private static readonly TimeSpan Promise = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2001, 1, 1, 12, 0, 0, TimeSpan.Zero));

    private protected abstract Task<SearchWorld> OpenAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FailLapsed_MissedHeartbeat_FailsTheRunAndSparesOthers()
    {
        await using var world = await OpenAsync();
        var (runs, upkeep) = await BeginAsync(world.Tables);
        var (silent, beating, unbound) = (await StartAsync(runs, Promise), await StartAsync(runs, Promise), await StartAsync(runs));
        await runs.HeartbeatAsync(beating, Promise * 2, Token);
        _time.Advance(Promise + Moment);

        Assert.Equal(1, await upkeep.FailLapsedAsync(Token));

        var failed = await runs.GetAsync(silent, Token);
        Assert.Equal((RunStatus.Failed, _time.GetUtcNow()), (failed.Status, failed.EndedAt));
        Assert.Contains("No heartbeat", failed.Tags[LapsedRuns.ReasonTag], StringComparison.Ordinal);
        Assert.Equal((RunStatus.Running, RunStatus.Running), (await StatusAsync(runs, beating), await StatusAsync(runs, unbound)));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => runs.HeartbeatAsync(unbound, Promise, Token));
    }

    [Fact]
    public async Task ForgetOperations_MoreThanAPortion_ForgetsAllOldOnesOfRuns()
    {
        const int Old = 25_000;
        await using var world = await OpenAsync();
        await world.Tables.WriteAsync(
            new TableWrite()
                .Add(
                    $"""
                    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {Old})
                    INSERT INTO operations (op_id, kind, key, result_json, created_us) SELECT 'op' || n, $1, 'k', '', $2 FROM numbers
                    """,
                    RunLogging.OperationKind, _time.GetUtcNow() - TimeSpan.FromDays(2))
                .Add("INSERT INTO operations (op_id, kind, key, result_json, created_us) VALUES ('young', $1, 'k', '', $2)", RunLogging.OperationKind, _time.GetUtcNow())
                .Add("INSERT INTO operations (op_id, kind, key, result_json, created_us) VALUES ('other', 'x', 'k', '', 1)"),
            Token);

        Assert.Equal(Old, await Upkeep(world.Tables).ForgetOperationsAsync(Token));

        Assert.Equal(
            ["other", "young"], await world.Tables.QueryAsync("SELECT op_id FROM operations ORDER BY op_id", row => row.GetString(0), Token));
    }

    [Fact]
    public async Task FailLapsed_FirstRoundAfterTheStart_GivesThePromiseOnceMore()
    {
        await using var world = await OpenAsync();
        var runs = Runs(world.Tables);
        var (silent, living) = (await StartAsync(runs, Promise), await StartAsync(runs, Promise));
        _time.Advance(TimeSpan.FromDays(1));
        var upkeep = Upkeep(world.Tables);

        Assert.Equal(0, await upkeep.FailLapsedAsync(Token));
        _time.Advance(Promise);
        Assert.Equal(0, await upkeep.FailLapsedAsync(Token));
        await runs.HeartbeatAsync(living, Promise, Token);
        _time.Advance(Moment);
        Assert.Equal(1, await upkeep.FailLapsedAsync(Token));

        Assert.Equal((RunStatus.Failed, RunStatus.Running), (await StatusAsync(runs, silent), await StatusAsync(runs, living)));
    }

    [Fact]
    public async Task FailLapsed_RoundAfterOneThatFailed_GivesThePromiseOnceMore()
    {
        await using var world = await OpenAsync();
        var tables = new AwayTables(world.Tables);
        var (runs, upkeep) = await BeginAsync(tables);
        var run = await StartAsync(runs, Promise);
        tables.IsAway = true;
        _time.Advance(Promise + Moment);
        await Assert.ThrowsAsync<UnavailableException>(() => upkeep.FailLapsedAsync(Token));
        tables.IsAway = false;

        Assert.Equal(0, await upkeep.FailLapsedAsync(Token));
        Assert.Equal(RunStatus.Running, await StatusAsync(runs, run));
        _time.Advance(Promise + Moment);
        Assert.Equal(1, await upkeep.FailLapsedAsync(Token));
    }

    [Fact]
    public async Task FailLapsed_HeartbeatWithAnotherPromise_GivesThatOne()
    {
        await using var world = await OpenAsync();
        var runs = Runs(world.Tables);
        await runs.HeartbeatAsync(await StartAsync(runs, Promise), Promise * 3, Token);
        _time.Advance(Promise * 4);
        var upkeep = Upkeep(world.Tables);
        await upkeep.FailLapsedAsync(Token);

        _time.Advance(Promise * 3);
        Assert.Equal(0, await upkeep.FailLapsedAsync(Token));
        _time.Advance(Moment);
        Assert.Equal(1, await upkeep.FailLapsedAsync(Token));
    }

    [Fact]
    public async Task FailLapsed_RunOfBefore_HasPromisedAMinute()
    {
        await using var world = await OpenAsync();
        var runs = Runs(world.Tables);
        var run = await StartAsync(runs, Promise);
        await world.Tables.WriteAsync(new TableWrite().Add("UPDATE runs SET promised_us = NULL WHERE run_id = $1", run), Token);
        _time.Advance(Promise * 2);
        var upkeep = Upkeep(world.Tables);
        await upkeep.FailLapsedAsync(Token);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, await upkeep.FailLapsedAsync(Token));
        _time.Advance(Moment);
        Assert.Equal(1, await upkeep.FailLapsedAsync(Token));
        await runs.HeartbeatAsync(run, Promise, Token);
        Assert.Equal(RunStatus.Running, await StatusAsync(runs, run));
    }

    [Theory]
    [InlineData(RunStatus.Finished)]
    [InlineData(RunStatus.Failed)]
    [InlineData(RunStatus.Killed)]
    public async Task End_RunWithoutHeartbeats_TakesThePlaceOfThatEnd(RunStatus status)
    {
        await using var world = await OpenAsync();
        var (runs, run) = await LapseAsync(world.Tables);
        _time.Advance(Moment);

        await runs.EndAsync(run, status, Token);
        await runs.EndAsync(run, status, Token);

        var ended = await runs.GetAsync(run, Token);
        Assert.Equal((status, _time.GetUtcNow()), (ended.Status, ended.EndedAt));
        Assert.Empty(ended.Tags);
        var other = status == RunStatus.Finished ? RunStatus.Failed : RunStatus.Finished;
        await Assert.ThrowsAsync<FailedPreconditionException>(() => runs.EndAsync(run, other, Token));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => runs.HeartbeatAsync(run, Promise, Token));
    }

    [Fact]
    public async Task Update_RunWithoutHeartbeats_TakesThePlaceOfThatEnd()
    {
        await using var world = await OpenAsync();
        var (runs, run) = await LapseAsync(world.Tables);

        var failed = await runs.UpdateAsync(run, new UpdateRun { Status = RunStatus.Failed }, Token);

        Assert.Empty(failed.Tags);
        await Assert.ThrowsAsync<FailedPreconditionException>(() => runs.EndAsync(run, RunStatus.Finished, Token));
    }

    [Fact]
    public async Task Heartbeat_RunWithoutHeartbeats_IsRunningAgain()
    {
        await using var world = await OpenAsync();
        var (runs, run) = await LapseAsync(world.Tables);

        await runs.HeartbeatAsync(run, Promise, Token);

        var revived = await runs.GetAsync(run, Token);
        Assert.Equal(RunStatus.Running, revived.Status);
        Assert.Null(revived.EndedAt);
        Assert.Empty(revived.Tags);
        var (_, upkeep) = await BeginAsync(world.Tables);
        _time.Advance(Promise + Moment);
        Assert.Equal(1, await upkeep.FailLapsedAsync(Token));
    }

    [Fact]
    public async Task Heartbeat_RunThatItsCallerFailed_IsRefused()
    {
        await using var world = await OpenAsync();
        var runs = Runs(world.Tables);
        var run = await StartAsync(runs, Promise);
        await runs.EndAsync(run, RunStatus.Failed, Token);

        var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => runs.HeartbeatAsync(run, Promise, Token));

        Assert.Contains("has ended as Failed", error.Message, StringComparison.Ordinal);
    }

    private async Task<(RunTables Runs, string Run)> LapseAsync(ITables tables)
    {
        var (runs, upkeep) = await BeginAsync(tables);
        var run = await StartAsync(runs, Promise);
        _time.Advance(Promise + Moment);
        Assert.Equal(1, await upkeep.FailLapsedAsync(Token));
        return (runs, run);
    }

    /// <summary>The upkeep's first round is over.</summary>
    private async Task<(RunTables Runs, RunUpkeep Upkeep)> BeginAsync(ITables tables)
    {
        var upkeep = Upkeep(tables);
        await upkeep.FailLapsedAsync(Token);
        return (Runs(tables), upkeep);
    }

    private PlatformClock Clock() => new(TimeProvider.System, _time);

    private RunTables Runs(ITables tables) => new(tables, Clock());

    private RunUpkeep Upkeep(ITables tables) => new(tables, Clock());

    private static async Task<string> StartAsync(RunTables runs, TimeSpan? promise = null) =>
        (await runs.StartAsync(Guid.NewGuid().ToString("N"), new StartRun { ExperimentId = 1, HeartbeatWithin = promise }, Token)).RunId;

    private static async Task<RunStatus> StatusAsync(RunTables runs, string run) => (await runs.GetAsync(run, Token)).Status;
}
