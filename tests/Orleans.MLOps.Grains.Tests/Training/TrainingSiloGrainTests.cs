using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Grains.Training;
using Orleans.MLOps.Learning.Training;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class TrainingSiloGrainTests : IAsyncLifetime
{
    private const int Slots = 4;

    private static readonly DateTimeOffset Asked = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new();
    private readonly PlatformFixture _platform;
    private readonly string _job = Guid.NewGuid().ToString("N");

    public TrainingSiloGrainTests() => _platform = new()
    {
        Slots = Slots,
        Configure = silo => silo.Services.AddSingleton(new PlatformClock(TimeProvider.System, _time)),
    };

    private ITrainingSiloGrain Silo { get; set; } = null!;

    private int Free => _platform.Services.GetRequiredService<TrainingExecutor>().Free;

    public async ValueTask InitializeAsync()
    {
        await _platform.InitializeAsync();
        Silo = _platform.Services.GetRequiredService<TrainingSilos>().On(_platform.Services.GetRequiredService<TrainingSilos>().Here);
    }

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    [Fact]
    public async Task Offer_Threads_TakesAllOrNoneAndOnceForAGeneration()
    {
        Assert.False((await Silo.Offer(Claim(1, Slots + 1))).Granted);
        Assert.Equal(Slots, Free);
        Assert.True((await Silo.Offer(Claim(1, 3))).Granted);
        Assert.True((await Silo.Offer(Claim(1, 3))).Granted);
        Assert.Equal(1, Free);

        await Silo.End(_job, 1);
        await Silo.End(_job, 1);
        Assert.Equal(Slots, Free);
    }

    [Fact]
    public async Task Offer_LaterGeneration_EndsTheEarlierWhichComesNotBack()
    {
        await Silo.Offer(Claim(1, Slots));

        Assert.True((await Silo.Offer(Claim(2, Slots))).Granted);
        Assert.False((await Silo.Offer(Claim(1, Slots))).Granted);
        await Silo.End(_job, 1);
        Assert.Equal(0, Free);
        Assert.Equal(PartEnd.Interrupted, (await Silo.Watch(_job, 1))!.End);
        await Assert.ThrowsAsync<FailedPreconditionException>(() => Silo.Start(Order(1)));
    }

    [Fact]
    public async Task Offer_OlderJobWaits_GivesTheYoungerNothing()
    {
        var (old, young) = (Claim(1, 0) with { Waits = true }, Claim(1, 1) with { JobId = Guid.NewGuid().ToString("N"), Since = Asked.AddSeconds(1) });
        await Silo.Offer(old);

        Assert.Equal((false, 0), ((await Silo.Offer(young)).Granted, (await Silo.Offer(young)).Free));
        Assert.True((await Silo.Offer(old with { Threads = 2 })).Granted);
        Assert.True((await Silo.Offer(young)).Granted);
    }

    [Fact]
    public async Task Stop_PartThatHasNotStarted_EndsItAndItsEndCanBeAskedFor()
    {
        await Silo.Offer(Claim(1, 1));

        await Silo.Stop(_job, 1);

        Assert.Equal(PartEnd.Stopped, (await Silo.Watch(_job, 1))!.End);
        Assert.Equal(Slots, Free);
    }

    [Fact]
    public async Task Watch_NobodyForAWhile_EndsThePartAndFreesItsThreads()
    {
        await Silo.Offer(Claim(1, 1));

        _time.Advance(TrainingParts.Unwatched / 2);
        Assert.Equal(Slots - 1, Free);
        _time.Advance(TrainingParts.Unwatched);

        Assert.Equal(Slots, Free);
        Assert.Equal(PartEnd.Interrupted, (await Silo.Watch(_job, 1))!.End);
    }

    [Fact]
    public async Task Start_WithoutThreads_IsRefused() => await Assert.ThrowsAsync<FailedPreconditionException>(() => Silo.Start(Order(1)));

    [Fact]
    public async Task GetState_SiloThatIsNotInTheCluster_IsPlacedNowhere()
    {
        var gone = _platform.Services.GetRequiredService<TrainingSilos>().On("127.0.0.1:1@1");

        Assert.NotNull(await Record.ExceptionAsync(gone.GetState));
        Assert.Null(await _platform.Services.GetRequiredService<TrainingSilos>().FindCapacityAsync("127.0.0.1:1@1"));
    }

    private ShardClaim Claim(int generation, int threads) => new() { JobId = _job, Generation = generation, Since = Asked, Threads = threads };

    private PartOrder Order(int generation) => new()
    {
        JobId = _job,
        Generation = generation,
        Spec = TrainingSamples.Job(new string('a', 64)),
        Placement = [new ShardPlacement { Silo = "s", Shards = 1 }],
    };
}
