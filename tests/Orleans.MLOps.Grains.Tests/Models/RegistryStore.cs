using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Models;
using Orleans.MLOps.Storage;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Models;

/// <summary>The registry over the tables of one engine, without silos: nothing orders what several callers do at once.</summary>
internal sealed class RegistryStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly string _folder;

    public RegistryStore(string? postgres = null)
    {
        _folder = Directory.CreateTempSubdirectory("mlops-registry-").FullName;
        _services = new ServiceCollection()
            .AddMlopsStorage(new StorageOptions { DataFolder = _folder, Postgres = postgres })
            .AddMlopsGrains()
            .BuildServiceProvider();
    }

    public static ModelKey Key { get; } = new("default", "m");

    public ITables Tables => _services.GetRequiredService<ITables>();

    public IBlobStore Blobs => _services.GetRequiredService<IBlobStore>();

    public RegistryServices Registry => _services.GetRequiredService<RegistryServices>();

    public ModelSearch Search => _services.GetRequiredService<ModelSearch>();

    public RegistryCatalog Catalog => _services.GetRequiredService<RegistryCatalog>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Task<ModelVersionInfo> RegisterAsync(RegisterModelVersion command) =>
        Registry.Registration.RegisterAsync(new ModelKey(command.Project, command.Model), command, Token);

    public Task<ModelVersionInfo> RegisterAsync(string operation) => RegisterAsync(Foreign(operation));

    /// <summary>A version with weights, written without the check of its bytes.</summary>
    public async Task<ModelVersionInfo> RegisterWeightsAsync(string operation, string? dataset = "d", double loss = 0.5)
    {
        var command = new RegisterModelVersion
        {
            Model = Key.Name,
            OperationId = operation,
            Onnx = new BlobRef { Digest = $"onnx {operation}", Length = 1 },
            Weights = new BlobRef { Digest = $"weights {operation}", Length = 1 },
            NetworkJson = "{}",
            Parity = new ParityRecord { Rows = 1, Passed = true },
            DatasetVersion = dataset,
            Metrics = new() { ["log_loss"] = loss },
        };
        var model = await Registry.Tables.FindAsync(Key, Token);
        var version = RegistrationRules.Version(command, null, model?.NextVersion ?? await Registry.Tables.FirstVersionAsync(Key, Token), DateTimeOffset.UnixEpoch);
        var write = model is null
            ? RegistryStatements.Create(Key, null, version.Version, DateTimeOffset.UnixEpoch)
            : RegistryStatements.Begin(model, DateTimeOffset.UnixEpoch);
        Assert.True((await Tables.WriteAsync(write.AddVersion(version), Token)).Applied);
        return version;
    }

    public async Task<ModelInfo> MoveAsync(string operation, int? version, int? expected, Func<SetAlias, SetAlias>? change = null)
    {
        var command = new SetAlias { Model = Key.Name, Alias = "champion", Version = version, ExpectedVersion = expected, OperationId = operation };
        await Registry.Aliases.SetAsync(Key, change is null ? command : change(command), Token);
        return await GetAsync();
    }

    public async Task<ModelInfo> GetAsync() => await Registry.Tables.DescribeAsync(Key, Token) ?? throw new NotFoundException("There is no model.");

    public Task<ModelVersionInfo> GetVersionAsync(int version) => Registry.Tables.RequireVersionAsync(Key, version, Token);

    public Task SetGatesAsync(params PromotionGate[] gates) =>
        Registry.Gates.SetAsync(Key, new SetGates { Model = Key.Name, Alias = "champion", Gates = gates, RequestedBy = "dora" }, Token);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public static RegisterModelVersion Foreign(string operation, string model = "m") =>
        new() { Model = model, OperationId = operation, Source = $"mlflow-artifacts:/1/{operation}/artifacts/model" };
}
