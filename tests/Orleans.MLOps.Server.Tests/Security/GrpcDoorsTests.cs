using Orleans.MLOps.Experiments;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Server.Tests.Support;
using GrpcMetadata = Grpc.Core.Metadata;

namespace Orleans.MLOps.Server.Tests.Security;

public sealed class GrpcDoorsTests(LockedNode node) : IClassFixture<LockedNode>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string?, string> Refused => new()
    {
        { null, "An API key is missing" },
        { LockedNode.StrangerKey, "The API key is not one" },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task Unary_BadKey_IsPermissionDenied(string? key, string message)
    {
        using var client = node.Connect(key);

        var error = await Assert.ThrowsAsync<PermissionDeniedException>(() => client.Experiments.ListAsync(cancellationToken: Cancel));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(StatusCode.Unauthenticated, Assert.IsType<RpcException>(error.InnerException).StatusCode);
    }

    [Fact]
    public async Task Approve_UnderAnotherName_IsTheKeysApproval()
    {
        using var client = node.Connect(LockedNode.CallerKey);
        await client.Models.RegisterAsync(new RegisterModelVersion { Model = "approved", OperationId = "1", Source = "s3://bucket/1", User = "somebody" }, Cancel);

        var version = await client.Models.ApproveAsync(new ApproveVersion { Model = "approved", Version = 1, Approver = "somebody else" }, Cancel);

        Assert.Equal(("caller", "caller"), (version.User, Assert.Single(version.Approvals).Approver));
    }

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task Upload_BadKey_IsPermissionDenied(string? key, string message)
    {
        using var client = node.Connect(key);
        using var content = new MemoryStream(new byte[3 * 1024 * 1024]);

        var error = await Assert.ThrowsAsync<PermissionDeniedException>(() => client.Datasets.IngestAsync("refused", content, DataFormat.Csv, cancellationToken: Cancel));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task Session_BadKey_IsPermissionDenied(string? key, string message)
    {
        using var client = node.Connect(key);

        var error = await Assert.ThrowsAsync<PermissionDeniedException>(async () =>
        {
            await using var session = await client.Serving.OpenSessionAsync(Cancel);
            await session.ServeAsync(Question, Cancel);
        });

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task Download_BadKey_IsPermissionDenied(string? key, string message)
    {
        using var client = node.Connect(key);

        var error = await Assert.ThrowsAsync<PermissionDeniedException>(() => client.Datasets.DownloadAsync(new('0', 64), Stream.Null, Cancel));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_GoodKey_PassEveryKind()
    {
        using var client = node.Connect(LockedNode.CallerKey);

        await client.Experiments.CreateAsync("with-a-key", cancellationToken: Cancel);
        using var content = new MemoryStream("a,b\n1,2\n3,4\n"u8.ToArray());
        var dataset = await client.Datasets.IngestAsync("with-a-key", content, DataFormat.Csv, cancellationToken: Cancel);
        Assert.Equal(2, dataset.RowCount);
        using var bytes = new MemoryStream();
        await client.Datasets.DownloadAsync(dataset.Raw.Digest, bytes, Cancel);
        Assert.Equal(content.Length, bytes.Length);
        await using var session = await client.Serving.OpenSessionAsync(Cancel);
        await Assert.ThrowsAsync<NotFoundException>(() => session.ServeAsync(Question, Cancel));
    }

    [Fact]
    public async Task Unary_OperatorKey_Passes()
    {
        using var client = node.Connect(LockedNode.OperatorKey);

        Assert.NotNull(await client.Experiments.ListAsync(cancellationToken: Cancel));
    }

    [Theory]
    [InlineData("authorization", "Bearer ")]
    [InlineData("x-api-key", "")]
    public async Task Reflection_ByKey_AnswersItsHolder(string header, string prefix)
    {
        Assert.True(await ReflectAsync(new() { { header, prefix + LockedNode.CallerKey } }));
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => ReflectAsync([]))).StatusCode);
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => ReflectAsync(new() { { header, prefix + LockedNode.StrangerKey } }))).StatusCode);
    }

    [Fact]
    public async Task Unary_UnknownService_AsksForAKeyFirst()
    {
        using var channel = node.Channel();
        var bytes = Marshallers.Create<byte[]>(value => value, value => value);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "no.such.Service", "Call", bytes, bytes);

        var error = await Assert.ThrowsAsync<RpcException>(async () => await channel.CreateCallInvoker().AsyncUnaryCall(method, null, new(cancellationToken: Cancel), []));

        Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);
    }

    [Fact]
    public async Task Health_WithoutKey_IsServing()
    {
        using var channel = node.Channel();
        var health = new Health.HealthClient(channel);

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new(), cancellationToken: Cancel)).Status);
        using var watch = health.Watch(new(), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
    }

    private static ServeRequest Question => new() { Predict = new() { Endpoint = "nobody" } };

    private async Task<bool> ReflectAsync(GrpcMetadata headers)
    {
        using var channel = node.Channel();
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(headers, cancellationToken: Cancel);
        try
        {
            await call.RequestStream.WriteAsync(new() { ListServices = "" }, Cancel);
        }
        catch (Exception error) when (error is RpcException or InvalidOperationException)
        {
            // The node may have refused already; why stands in the answers.
        }

        return await call.ResponseStream.MoveNext(Cancel);
    }
}
