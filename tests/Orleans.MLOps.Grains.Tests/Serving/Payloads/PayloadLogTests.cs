using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving.Payloads;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Storage.Logs;
using Orleans.Serialization;

namespace Orleans.MLOps.Grains.Tests.Serving.Payloads;

/// <summary>Payload logs of endpoints, through the SDK.</summary>
public sealed class PayloadLogTests(ReplayPlatform platform) : IClassFixture<ReplayPlatform>
{
    private static readonly PayloadLogSpec All = new() { SampleRate = 1 };

    private IServingClient Serving => platform.Client.Serving;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadPayloads_Tensors_AreWhatWasAskedAndAnsweredNewestFirst()
    {
        var name = await ServeEchoAsync(Serving, platform.Client.Models, All);
        for (var i = 0; i < 5; i++)
        {
            await Serving.InferAsync(Request(name, $"r{i}", i), Cancel);
        }

        var page = await Serving.ReadPayloadsAsync(new PayloadQuery { Endpoint = name, Limit = 3 }, Cancel);

        Assert.Equal(["r4", "r3", "r2"], page.Payloads.Select(payload => payload.RequestId));
        var newest = page.Payloads[0];
        Assert.Equal((1, 1, "v1"), (newest.Revision, newest.Version!.Value, newest.Variant));
        Assert.Equal("INPUT0", Assert.Single(newest.Inputs).Name);
        Assert.Equal("OUTPUT0", Assert.Single(newest.Outputs).Name);
        Assert.Equal(BitConverter.GetBytes(4L), newest.Inputs[0].Data);
        Assert.Equal(BitConverter.GetBytes(4L), newest.Outputs[0].Data);
        Assert.Empty(newest.Columns);
        Assert.Null(newest.Predictions);
        var report = (await Serving.DescribeAsync(new DescribeEndpoint { Endpoint = name }, Cancel)).PayloadLog!;
        Assert.Equal((5, 0, 0), (report.Logged, report.Dropped, report.Waiting));
    }

    [Fact]
    public async Task Infer_CallersArraysUsedAgain_ChangeNothingThatIsKept()
    {
        var name = await ServeEchoAsync(Serving, platform.Client.Models, All);
        var request = Request(name, "r", 7);
        await Serving.InferAsync(request, Cancel);
        Array.Fill<byte>(request.Inputs[0].Data, 0xFF);

        Assert.Equal(BitConverter.GetBytes(7L), (await Serving.ReadPayloadsAsync(new PayloadQuery { Endpoint = name }, Cancel)).Payloads.Single().Inputs[0].Data);
    }

    [Fact]
    public async Task ReadPayloads_Columns_AreKeptWithTheirPredictions()
    {
        var name = await platform.ServeAsync();
        await Serving.DeployAsync(ReplayPlatform.Command(name, 1) with { PayloadLog = All }, Cancel);
        var request = ServingSamples.Request(name, [0.5, -0.5], ["a", "b"]) with { OperationId = "op" };
        var reply = await Serving.PredictAsync(request, Cancel);

        var payload = Assert.Single((await Serving.ReadPayloadsAsync(new PayloadQuery { Endpoint = name }, Cancel)).Payloads);

        Assert.Equal("op", payload.RequestId);
        Assert.Equal(request.Columns.Select(column => column.Name), payload.Columns.Select(column => column.Name));
        Assert.Equal(reply.PredictionIds, payload.Predictions!.PredictionIds);
        Assert.Equal(reply.Probabilities, payload.Predictions.Probabilities);
        Assert.Empty(payload.Inputs);
    }

    [Fact]
    public async Task Infer_HalfSampled_KeepsTheRequestsThatTheirIdsChoose()
    {
        var spec = All with { SampleRate = 0.5 };
        var name = await ServeEchoAsync(Serving, platform.Client.Models, spec);
        string[] ids = [.. Enumerable.Range(0, 40).Select(i => $"request-{i}")];
        foreach (var id in ids)
        {
            await Serving.InferAsync(Request(name, id, 1), Cancel);
        }

        var kept = (await Serving.ReadPayloadsAsync(new PayloadQuery { Endpoint = name }, Cancel)).Payloads.Select(payload => payload.RequestId!);

        Assert.Equal(ids.Where(id => PayloadSampling.IsChosen(0.5, id)).Order(), kept.Order());
    }

    [Fact]
    public async Task Infer_LogSwitchedOff_KeepsWhatThereIsAndNothingMore()
    {
        var name = await ServeEchoAsync(Serving, platform.Client.Models, All);
        await Serving.InferAsync(Request(name, "before", 1), Cancel);
        var off = await Serving.DeployAsync(ReplayPlatform.Command(name, 1) with { PayloadLog = All with { SampleRate = 0 } }, Cancel);
        await Serving.InferAsync(Request(name, "after", 1), Cancel);

        Assert.Equal(0, off.PayloadLog!.SampleRate);
        Assert.Null((await Serving.DescribeAsync(new DescribeEndpoint { Endpoint = name }, Cancel)).PayloadLog);
        Assert.Equal("before", Assert.Single((await Serving.ReadPayloadsAsync(new PayloadQuery { Endpoint = name }, Cancel)).Payloads).RequestId);
    }

    [Fact]
    public async Task Offer_RequestThatIsNotChosen_AllocatesNothing()
    {
        var name = await ServeEchoAsync(Serving, platform.Client.Models, All with { SampleRate = 1e-12 });
        var endpoint = await Serving.GetAsync(name, cancellationToken: Cancel);
        var tap = platform.Silo.Services.GetRequiredService<PayloadLogs>().Open(endpoint)!;
        var (request, reply) = (Request(name, "r", 1), new InferReply());
        tap.Offer(request, reply);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            tap.Offer(request, reply);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Null(platform.Silo.Services.GetRequiredService<PayloadLogs>().Open(endpoint with { PayloadLog = null }));
    }

    [Fact]
    public async Task ReadPayloads_BadQuery_IsRefused()
    {
        var name = await ServeEchoAsync(Serving, platform.Client.Models, null);

        Assert.Equal("limit", (await Assert.ThrowsAsync<InvalidInputException>(() => Serving.ReadPayloadsAsync(new PayloadQuery { Endpoint = name, Limit = 0 }, Cancel))).Field);
        Assert.Equal("limit", (await Assert.ThrowsAsync<InvalidInputException>(() => Serving.ReadPayloadsAsync(new PayloadQuery { Endpoint = name, Limit = 1001 }, Cancel))).Field);
        await Assert.ThrowsAsync<NotFoundException>(() => Serving.ReadPayloadsAsync(new PayloadQuery { Endpoint = "nobody" }, Cancel));
        Assert.Empty((await Serving.ReadPayloadsAsync(new PayloadQuery { Endpoint = name }, Cancel)).Payloads);
    }

    public static TheoryData<string, PayloadLogSpec> Wrong => new()
    {
        { "payload_log.sample_rate", All with { SampleRate = -0.1 } },
        { "payload_log.sample_rate", All with { SampleRate = 1.1 } },
        { "payload_log.sample_rate", All with { SampleRate = double.NaN } },
        { "payload_log.capacity", All with { Capacity = 0 } },
        { "payload_log.max_bytes", All with { MaxBytes = 0 } },
        { "payload_log.max_bytes", All with { MaxBytes = (1L << 30) + 1 } },
        { "payload_log.kept_bytes", All with { KeptBytes = 1 } },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public async Task Deploy_SpecOutOfRange_NamesTheField(string field, PayloadLogSpec spec)
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => Serving.DeployAsync(ReplayPlatform.Command("any", 1) with { PayloadLog = spec }, Cancel));

        Assert.Equal(field, error.Field);
    }

    [Fact]
    public async Task AppendAsync_BeyondTheKeptBytes_RemovesTheOldest()
    {
        var services = platform.Silo.Services;
        var store = services.GetRequiredService<ILogStore>();
        var endpoint = new EndpointKey("default", ReplayPlatform.NewName());
        var pieces = new PayloadPieces(endpoint, store, services.GetRequiredService<SiloDirectory>(), services.GetRequiredService<PlatformClock>());
        var spec = new PayloadLogSpec { KeptBytes = 4000 };
        for (var i = 0; i < 200; i++)
        {
            var payload = new byte[100];
            payload[0] = (byte)i;
            await pieces.AppendAsync(payload, spec);
        }

        Assert.InRange((await store.ListAsync($"payloads.{endpoint.ToString().Replace("/", "%2F", StringComparison.Ordinal)}", Cancel)).Count, 2, PayloadPieces.Kept);
        var kept = (await pieces.ReadAsync(1000, 1 << 20, Cancel)).Select(payload => (int)payload[0]).Order().ToArray();
        Assert.InRange(kept.Length, 30, 40);
        Assert.Equal(Enumerable.Range(200 - kept.Length, kept.Length), kept);
        Assert.Equal([197, 198, 199], (await pieces.ReadAsync(3, 1 << 20, Cancel)).Select(payload => (int)payload[0]).Order());
    }

    [Fact]
    public async Task Infer_LogThatNeverAnswers_GoesOnWithinTheBounds()
    {
        await using var silo = new PlatformFixture { Slots = 4, Configure = silo => Hang(silo.Services) };
        await silo.InitializeAsync();
        var client = silo.Services.GetRequiredService<IMlopsClient>();
        var spec = All with { Capacity = 20, MaxBytes = 3000 };
        var name = await ServeEchoAsync(client.Serving, client.Models, spec);
        var answered = 0;
        var most = new ConcurrentQueue<long>();
        await Parallel.ForAsync(0, 500, Cancel, async (i, token) =>
        {
            await client.Serving.InferAsync(Request(name, $"r{i}", i), token);
            Interlocked.Increment(ref answered);
            most.Enqueue((await client.Serving.DescribeAsync(new DescribeEndpoint { Endpoint = name }, token)).PayloadLog!.WaitingBytes);
        });

        var report = (await client.Serving.DescribeAsync(new DescribeEndpoint { Endpoint = name }, Cancel)).PayloadLog!;

        Assert.Equal(500, answered);
        Assert.InRange(most.Max(), 1, spec.MaxBytes);
        Assert.InRange(report.Waiting, 1, spec.Capacity);
        Assert.Equal((0, 500), (report.Logged, report.Dropped + report.Waiting));
    }

    [Fact]
    public async Task ReadPayloads_AfterARestart_HasWhatWasWrittenBefore()
    {
        await using var silo = new PlatformFixture { Slots = 4 };
        await silo.InitializeAsync();
        var client = silo.Services.GetRequiredService<IMlopsClient>();
        var name = await ServeEchoAsync(client.Serving, client.Models, All);
        await client.Serving.InferAsync(Request(name, "before", 1), Cancel);
        await silo.RestartAsync();
        client = silo.Services.GetRequiredService<IMlopsClient>();
        await client.Serving.InferAsync(Request(name, "after", 2), Cancel);

        var page = await client.Serving.ReadPayloadsAsync(new PayloadQuery { Endpoint = name }, Cancel);

        Assert.Equal(["after", "before"], page.Payloads.Select(payload => payload.RequestId));
    }

    [Fact]
    public async Task Infer_MustNotRecord_IsRefusedWhereItWouldBe()
    {
        var echo = await ServeEchoAsync(Serving, platform.Client.Models, null);
        var tabular = await platform.ServeAsync();

        Assert.Equal(1, (await Serving.InferAsync(Request(echo, "r", 1) with { MustNotRecord = true }, Cancel)).Version);
        Assert.Equal("must_not_record", (await Assert.ThrowsAsync<FailedPreconditionException>(() => Serving.InferAsync(new InferRequest { Endpoint = tabular, MustNotRecord = true }, Cancel))).Field);
    }

    [Fact]
    public void Payload_Serialized_ComesBack()
    {
        var serializer = platform.Silo.Services.GetRequiredService<Serializer<LoggedPayload>>();
        var payload = new LoggedPayload { RequestId = "r", Inputs = Request("e", "r", 3).Inputs, Predictions = new() { Probabilities = [0.5] } };

        var back = serializer.Deserialize(serializer.SerializeToArray(payload))!;

        Assert.Equal((payload.RequestId, payload.Inputs[0].Data[0], 0.5), (back.RequestId, back.Inputs[0].Data[0], back.Predictions!.Probabilities[0]));
    }

    private static async Task<string> ServeEchoAsync(IServingClient serving, IModelsClient models, PayloadLogSpec? spec)
    {
        var name = ReplayPlatform.NewName();
        await models.RegisterAsync(new RegisterModelVersion { Model = name, OperationId = "1", Builtin = "echo" }, Cancel);
        await serving.DeployAsync(ReplayPlatform.Command(name, 1) with { PayloadLog = spec }, Cancel);
        return name;
    }

    private static InferRequest Request(string endpoint, string id, long value) => new()
    {
        Endpoint = endpoint,
        RequestId = id,
        Inputs = [new Tensor { Name = "INPUT0", Type = TensorType.Int64, Shape = [1, 1], Data = BitConverter.GetBytes(value) }],
    };

    private static void Hang(IServiceCollection services)
    {
        var known = services.Last(service => service.ServiceType == typeof(ILogStore));
        services.AddSingleton<ILogStore>(provider => new HangingLogs(
            (ILogStore)(known.ImplementationFactory?.Invoke(provider) ?? known.ImplementationInstance ?? ActivatorUtilities.CreateInstance(provider, known.ImplementationType!))));
    }

    /// <summary>Logs that never open where payloads go.</summary>
    private sealed class HangingLogs(ILogStore inner) : ILogStore
    {
        private readonly TaskCompletionSource<IAppendLog> _never = new();

        public ValueTask<IAppendLog> OpenAsync(string name, CancellationToken cancellationToken = default) =>
            name.StartsWith("payloads", StringComparison.Ordinal) ? new(_never.Task) : inner.OpenAsync(name, cancellationToken);

        public IAsyncEnumerable<LogFrame> ReadAsync(string name, LogPosition from, CancellationToken cancellationToken = default) => inner.ReadAsync(name, from, cancellationToken);

        public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellationToken = default) => inner.ListAsync(prefix, cancellationToken);

        public ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default) => inner.DeleteAsync(name, cancellationToken);
    }
}
