using System.Reflection;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Gateway.Tests.Support;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Gateway.Tests;

/// <summary>Every call of the SDK that has no stream arrives with its arguments and comes back with its result.</summary>
public sealed class EveryCallTests
{
    // Calls with streams, sessions and polls have tests of their own.
    private static readonly string[] Others =
        ["IngestAsync", "DownloadAsync", "LogArtifactAsync", "DownloadArtifactAsync", "UploadAsync", "OpenSessionAsync", "WaitAsync", "ScoreDatasetAsync"];

    // These ask for pages (ExperimentPagesTests).
    private static readonly string[] Paged = ["ListAsync", "ListArtifactsAsync", "ListArtifactFolderAsync"];

    public static TheoryData<string, string> Calls
    {
        get
        {
            var calls = new TheoryData<string, string>();
            foreach (var room in Contract.Rooms)
            {
                foreach (var method in room.PropertyType.GetMethods().Where(method => !Others.Contains(method.Name) && !(room.Name == "Experiments" && Paged.Contains(method.Name))))
                {
                    calls.Add(room.Name, method.Name);
                }
            }

            return calls;
        }
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Call_RandomValues_ArriveAndComeBackUnchanged(string room, string call)
    {
        await using var host = await GatewayHost.StartAsync();
        var property = typeof(IMlopsClient).GetProperty(room)!;
        var method = property.PropertyType.GetMethod(call)!;
        for (var seed = 1; seed <= 5; seed++)
        {
            var values = new RandomValues(seed);
            var arguments = method.GetParameters().Select(parameter => Argument(parameter, values)).ToArray();
            var result = Result(method, values);
            object?[]? arrived = null;
            host.Platform.Handler = (made, received) =>
            {
                Assert.Equal(call, made.Name);
                arrived = received;
                return result;
            };
            var task = (Task)method.Invoke(property.GetValue(host.Client), arguments)!;
            await task;
            Assert.Equal(Json.Of(arguments[..^1]), Json.Of(arrived![..^1]));
            if (method.ReturnType.IsGenericType)
            {
                Assert.Equal(Json.Of(ResultOf(result)), Json.Of(ResultOf(task)));
            }
        }
    }

    [Fact]
    public async Task Call_OptionalArgumentsLeftOut_ArriveAsTheSdksDefaults()
    {
        await using var host = await GatewayHost.StartAsync();
        object?[]? arrived = null;
        host.Platform.Handler = (method, arguments) =>
        {
            arrived = arguments;
            return Result(method, new(1));
        };
        await host.Client.Datasets.GetAsync("d", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["d", null, "default"], arrived![..^1]);
        await host.Client.Features.GetAsync("v", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["v", null, "default"], arrived[..^1]);
    }

    [Fact]
    public async Task GetActiveRunAsync_NoneUnderWay_IsNull()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Platform.Handler = (_, _) => Task.FromResult<PipelineRunInfo?>(null);
        Assert.Null(await host.Client.Pipelines.GetActiveRunAsync("e", cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task StartAsync_WithoutIds_SendsIdsSoThatARepeatIsTheSame()
    {
        await using var host = await GatewayHost.StartAsync();
        var arrived = new List<object?[]>();
        host.Platform.Handler = (method, arguments) =>
        {
            arrived.Add(arguments);
            return arrived.Count == 1 ? throw new UnavailableException("away") : Result(method, new(1));
        };
        await host.Client.Training.StartAsync(new() { Name = "n", FrameDigest = "f", Network = new() }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(32, ((string)arrived[0][1]!).Length);
        Assert.Equal(arrived[0][1], arrived[1][1]);
    }

    [Fact]
    public async Task WaitAsync_RunningJob_PollsUntilItEnds()
    {
        await using var host = await GatewayHost.StartAsync();
        var statuses = new Queue<TrainingStatus>([TrainingStatus.Queued, TrainingStatus.Running, TrainingStatus.Completed]);
        host.Platform.Handler = (_, _) => Task.FromResult(Job(statuses.Dequeue()));
        Assert.Equal(TrainingStatus.Completed, (await host.Client.Training.WaitAsync("j", TestContext.Current.CancellationToken)).Status);
    }

    [Fact]
    public async Task Watch_ChangingJob_StreamsEachStateOnceUntilItEnds()
    {
        await using var host = await GatewayHost.StartAsync();
        var statuses = new Queue<TrainingStatus>([TrainingStatus.Queued, TrainingStatus.Queued, TrainingStatus.Running, TrainingStatus.Cancelled]);
        host.Platform.Handler = (_, _) => Task.FromResult(Job(statuses.Dequeue()));
        using var call = new MLOps.Wire.V1.Training.TrainingClient(host.Channel).Watch(new() { JobId = "j" }, cancellationToken: TestContext.Current.CancellationToken);
        var seen = new List<MLOps.Wire.V1.TrainingStatus>();
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            seen.Add(call.ResponseStream.Current.Status);
        }

        Assert.Equal([MLOps.Wire.V1.TrainingStatus.Queued, MLOps.Wire.V1.TrainingStatus.Running, MLOps.Wire.V1.TrainingStatus.Cancelled], seen);
    }

    [Fact]
    public async Task ScoreDatasetAsync_RunningJob_StartsItAndPollsUntilItsVersionStands()
    {
        await using var host = await GatewayHost.StartAsync();
        var statuses = new Queue<ScoringJobStatus>([ScoringJobStatus.Pending, ScoringJobStatus.Running, ScoringJobStatus.Completed]);
        var calls = new List<string>();
        host.Platform.Handler = (method, _) =>
        {
            calls.Add(method.Name);
            return Task.FromResult(Scoring(statuses.Dequeue()));
        };

        Assert.Equal(ScoringJobStatus.Completed, (await host.Client.Serving.ScoreDatasetAsync(Score, TestContext.Current.CancellationToken)).Status);
        Assert.Equal(["StartScoringAsync", "GetScoringAsync", "GetScoringAsync"], calls);
    }

    [Fact]
    public async Task ScoreDatasetAsync_FailedJob_IsItsTypedException()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Platform.Handler = (_, _) => Task.FromResult(Scoring(ScoringJobStatus.Failed) with { ErrorCode = ErrorCode.InvalidInput, Reason = "Column 'x' of row 3" });

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => host.Client.Serving.ScoreDatasetAsync(Score, TestContext.Current.CancellationToken));

        Assert.Contains("Column 'x' of row 3", error.Message, StringComparison.Ordinal);
        host.Platform.Handler = (_, _) => Task.FromResult(Scoring(ScoringJobStatus.Cancelled));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => host.Client.Serving.ScoreDatasetAsync(Score, TestContext.Current.CancellationToken));
    }

    private static ScoreDataset Score { get; } = new() { Name = "n", Dataset = "d", Target = "t", Endpoint = "e", OperationId = "o" };

    private static ScoringJobInfo Scoring(ScoringJobStatus status) =>
        new() { Project = "default", Name = "n", Dataset = "d", DatasetDigest = "a", Model = "m", Target = "t", Status = status };

    private static TrainingJobInfo Job(TrainingStatus status) => new() { JobId = "j", Project = "p", Name = "n", Status = status };

    private static object? Argument(ParameterInfo parameter, RandomValues values)
    {
        if (parameter.ParameterType == typeof(CancellationToken))
        {
            return TestContext.Current.CancellationToken;
        }

        var value = values.Next(Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType);

        // The SDK chooses an id when none is given; here the same id has to arrive.
        return value switch
        {
            StartRun start => start with { RunId = new('a', 32) },
            LogBatch batch => batch with { OperationId = "given" },
            CreateLoggedModel model => model with { ModelId = "given" },
            PredictRequest predict => predict with { OperationId = "given" },
            InferRequest infer => infer with { OperationId = "given" },
            ReportPredictions report => report with { OperationId = "given" },
            _ => value,
        };
    }

    private static Task Result(MethodInfo method, RandomValues values)
    {
        if (!method.ReturnType.IsGenericType)
        {
            return Task.CompletedTask;
        }

        var type = method.ReturnType.GetGenericArguments()[0];
        return (Task)typeof(Task).GetMethod(nameof(Task.FromResult))!.MakeGenericMethod(type).Invoke(null, [values.Next(type)])!;
    }

    private static object? ResultOf(Task task) => task.GetType().GetProperty("Result")!.GetValue(task);
}
