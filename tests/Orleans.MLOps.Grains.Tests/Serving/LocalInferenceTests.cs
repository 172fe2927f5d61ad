using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

public sealed class LocalInferenceTests
{
    [Fact]
    public async Task TryServe_CallerInTheSilosProcess_AnswersAndRecordsAsTheGrainDoes()
    {
        await using var platform = new ReplayPlatform();
        await platform.InitializeAsync();
        var name = await platform.ServeAsync();
        var local = platform.Silo.Services.GetRequiredService<ILocalInference>();
        var request = new ServeRequest { Predict = ServingSamples.Request(name, [1, 2], ["a", "b"]) };

        var here = await OnThreadPool(() => local.TryServe(new("default", name), request, CancellationToken.None))!;
        var grain = await platform.Silo.Grains.GetGrain<IInferenceGrain>(new EndpointKey("default", name).ToString()).Serve(request, CancellationToken.None);

        Assert.Equal(grain.Predictions.Probabilities, here.Predictions.Probabilities);
        Assert.Equal(4, (await platform.ReportAsync(name)).Predictions);
        var error = await Assert.ThrowsAsync<NotFoundException>(() => OnThreadPool(() => local.TryServe(new("default", "nobody"), request, CancellationToken.None))!);
        Assert.Contains("nobody", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TryServe_CallerThatKeepsToAScheduler_IsSentToTheGrain()
    {
        await using var platform = new ReplayPlatform();
        await platform.InitializeAsync();
        var name = await platform.ServeAsync();
        var local = platform.Silo.Services.GetRequiredService<ILocalInference>();
        var request = new ServeRequest { Predict = ServingSamples.Request(name, [1], ["a"]) };
        var scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

        var answer = await Task.Factory.StartNew(
            () => local.TryServe(new("default", name), request, CancellationToken.None), CancellationToken.None, TaskCreationOptions.None, scheduler);

        Assert.Null(answer);
    }

    [Fact]
    public async Task TryServe_SiloThatHasStopped_IsSentToTheGrain()
    {
        var platform = new ReplayPlatform();
        await platform.InitializeAsync();
        var local = platform.Silo.Services.GetRequiredService<ILocalInference>();
        await platform.DisposeAsync();

        Assert.Null(OnThreadPool(() => local.TryServe(new("default", "e"), new ServeRequest { Predict = ServingSamples.Request("e", [1], ["a"]) }, CancellationToken.None)));
    }

    /// <summary>Without the synchronization context of a test.</summary>
    private static T OnThreadPool<T>(Func<T> call)
    {
        var result = default(T);
        var thread = new Thread(() => result = call());
        thread.Start();
        thread.Join();
        return result!;
    }
}
