using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Tests.Models;

public sealed class ModelGrainTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly TabularNetworkSpec Network = new()
    {
        Numeric = [new NumericInput { Name = "x", Mean = 0, Scale = 1 }],
        Categorical = [new CategoricalInput { Name = "c", Vocabulary = ["a", "b"], EmbeddingSize = 2 }],
        Hidden = [4],
    };

    [Fact]
    public async Task Register_Repeated_GivesTheSameVersionAndListsItOnce()
    {
        var command = await CommandAsync(NewName(), "one");

        var first = await Model(command.Model).Register(command);
        var again = await Model(command.Model).Register(command);

        Assert.Equal((1, 1), (first.Version, again.Version));
        Assert.Equal(first.CreatedAt, again.CreatedAt);
        Assert.Equal(command.Weights!.Digest, first.Digest);
        Assert.Equal(ModelVersionStatus.Ready, first.Status);
        var listed = Assert.Single((await ListAsync("model-version", command.Model)).Entries);
        Assert.Equal(new ModelKey("default", command.Model).ToString(), listed.Parent);
        Assert.Equal(1, CatalogJson.Read<ModelInfo>(Assert.Single((await ListAsync("model", command.Model)).Entries).Json).LatestVersion);
    }

    [Fact]
    public async Task Register_FailedParity_IsKeptAsRefused()
    {
        var command = await CommandAsync(NewName(), "one") with { Parity = new ParityRecord { Rows = 1000, MaxAbsoluteDifference = 0.5 } };

        var version = await Model(command.Model).Register(command);

        Assert.Equal(ModelVersionStatus.Refused, (await Model(command.Model).GetVersion(version.Version)).Status);
        await Assert.ThrowsAsync<FailedPreconditionException>(() => Model(command.Model).SetAlias(Move(command.Model, null, 1, "a")));
    }

    [Fact]
    public async Task Register_PartsThatDoNotFit_AreRefusedAndNothingIsWritten()
    {
        var name = NewName();
        var good = await CommandAsync(name, "one");
        var garbage = await Blobs.WriteAsync("no model"u8.ToArray());
        var missing = new BlobRef { Digest = new string('0', 64), Length = 1 };
        var other = Network with { Categorical = [] };

        await Assert.ThrowsAsync<InvalidInputException>(() => Model(name).Register(good with { Onnx = garbage }));
        await Assert.ThrowsAsync<InvalidInputException>(() => Model(name).Register(good with { Weights = garbage }));
        await Assert.ThrowsAsync<NotFoundException>(() => Model(name).Register(good with { Onnx = missing }));
        await Assert.ThrowsAsync<NotFoundException>(() => Model(name).Register(good with { Reference = missing }));
        await Assert.ThrowsAsync<InvalidInputException>(() => Model(name).Register(good with { NetworkJson = "{" }));
        await Assert.ThrowsAsync<InvalidInputException>(() => Model(name).Register(good with { NetworkJson = other.ToJson(), Signature = [new SignatureColumn { Name = "x" }] }));
        await Assert.ThrowsAsync<InvalidInputException>(() => Model(name).Register(good with { Signature = [] }));
        await Assert.ThrowsAsync<InvalidInputException>(() => Model(name).Register(good with { Model = "another" }));
        await Assert.ThrowsAsync<InvalidInputException>(() => Model(name).Register(good with { OperationId = "" }));

        Assert.Null(await Model(name).GetState());
        Assert.Empty((await ListAsync("model", name)).Entries);
        Assert.Empty((await ListAsync("model-version", name)).Entries);
    }

    [Fact]
    public async Task SetAlias_LostCompareAndSet_ChangesNothing()
    {
        var name = NewName();
        await Model(name).Register(await CommandAsync(name, "one"));
        await Model(name).Register(await CommandAsync(name, "two"));
        await Model(name).SetAlias(Move(name, null, 1, "a") with { Reason = "first" });

        await Assert.ThrowsAsync<FailedPreconditionException>(() => Model(name).SetAlias(Move(name, null, 2, "b")));
        await Assert.ThrowsAsync<NotFoundException>(() => Model(name).SetAlias(Move(name, 1, 3, "c")));
        var moved = await Model(name).SetAlias(Move(name, 1, 2, "d"));
        var repeated = await Model(name).SetAlias(Move(name, 1, 2, "d"));

        Assert.Equal(2, Assert.Single(moved.Aliases).Version);
        Assert.Equal([(null, 1), (1, 2)], repeated.History.Select(change => (change.From, change.To)));
        Assert.Equal("first", repeated.History[0].Reason);
    }

    [Fact]
    public async Task SetAlias_ManyAtOnce_OneWins()
    {
        var name = NewName();
        await Model(name).Register(await CommandAsync(name, "one"));

        var moves = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                await Model(name).SetAlias(Move(name, null, 1, $"op{i}"));
                return true;
            }
            catch (FailedPreconditionException)
            {
                return false;
            }
        }));

        Assert.Equal(1, moves.Count(won => won));
    }

    [Fact]
    public async Task Get_UnknownModelOrVersion_IsNotFound()
    {
        var name = NewName();
        await Assert.ThrowsAsync<NotFoundException>(() => Model(name).Get());
        await Assert.ThrowsAsync<NotFoundException>(() => Model(name).GetVersion(1));
        await Assert.ThrowsAsync<NotFoundException>(() => Model(name).SetAlias(Move(name, null, 1, "a")));
        await Model(name).Register(await CommandAsync(name, "one"));
        await Assert.ThrowsAsync<NotFoundException>(() => Model(name).GetVersion(2));
    }

    [Fact]
    public async Task Register_SiloRestarted_VersionsAndAliasesAreThere()
    {
        await using var own = new PlatformFixture();
        await own.InitializeAsync();
        var command = await CommandAsync(own, "m", "one");
        await own.Grains.GetGrain<IModelGrain>("model/default/m").Register(command);
        await own.Grains.GetGrain<IModelGrain>("model/default/m").SetAlias(Move("m", null, 1, "a"));
        var before = await own.Grains.GetGrain<IModelGrain>("model/default/m").GetVersion(1);

        await own.RestartAsync();

        var model = own.Grains.GetGrain<IModelGrain>("model/default/m");
        var after = await model.GetVersion(1);
        Assert.Equal(CatalogJson.Write(before), CatalogJson.Write(after));
        Assert.Equal(1, Assert.Single((await model.SetAlias(Move("m", null, 1, "a"))).Aliases).Version);
    }

    private IBlobStore Blobs => platform.Services.GetRequiredService<IBlobStore>();

    private static string NewName() => Guid.NewGuid().ToString("N");

    private IModelGrain Model(string name) => platform.Grains.GetGrain<IModelGrain>(new ModelKey("default", name).ToString());

    private Task<CatalogPage> ListAsync(string kind, string name) =>
        platform.Grains.GetGrain<ICatalogGrain>($"catalog/{kind}").List(new CatalogQuery { Kind = kind, Name = name });

    private static SetAlias Move(string model, int? expected, int? version, string operation) =>
        new() { Model = model, Alias = "champion", ExpectedVersion = expected, Version = version, OperationId = operation };

    private Task<RegisterModelVersion> CommandAsync(string model, string operation) => CommandAsync(platform, model, operation);

    private static async Task<RegisterModelVersion> CommandAsync(PlatformFixture platform, string model, string operation)
    {
        var blobs = platform.Services.GetRequiredService<IBlobStore>();
        var weights = WeightInitializer.Create(Network, operation.Length + operation[0]);
        return new RegisterModelVersion
        {
            Model = model,
            OperationId = operation,
            Onnx = await blobs.WriteAsync(OnnxExporter.Export(Network, weights)),
            Weights = await blobs.WriteAsync(SafeTensorsFile.Write(weights)),
            NetworkJson = Network.ToJson(),
            Signature = [new SignatureColumn { Name = "x" }, new SignatureColumn { Name = "c", Categorical = true }],
            Parity = new ParityRecord { Rows = 1000, Passed = true },
            Metrics = new() { ["auc"] = double.NaN },
        };
    }
}
