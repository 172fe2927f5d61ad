using CsCheck;
using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Client.Serving;
using Orleans.MLOps.Client.Tests.Models.Packages;
using Orleans.MLOps.Features;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Client.Tests.Serving;

public sealed class EmbeddedModelTests
{
    private static readonly string[] Contracts = ["month", "ß", "", "unknown"];
    private static readonly TabularNetworkSpec Network = TabularNetworkSpec.Parse(SamplePackage.Manifest().NetworkJson!);
    private static readonly byte[] Onnx = OnnxExporter.Export(Network, WeightInitializer.Create(Network, 5));

    [Fact]
    public async Task Load_File_PredictsWhatTheScorerComputes()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.mlops.zip");
        await File.WriteAllBytesAsync(path, await SamplePackage.WriteAsync(Contents()), TestContext.Current.CancellationToken);
        try
        {
            using var model = EmbeddedModel.Load(path);
            using var scorer = new TabularScorer(Network, Onnx);

            Assert.Equal(("churn", 3), (model.Manifest.Model, model.Manifest.Version));
            Assert.Matches("^[0-9a-f]{64}$", model.PackageDigest);
            Gen.Select(Gen.Double[-1e6, 1e6], Gen.Int[0, 3].Select(i => Contracts[i])).Array[0, 70].Sample(rows =>
            {
                double[] tenure = [.. rows.Select((row, i) => i % 5 == 4 ? double.NaN : row.Item1)];
                string[] contract = [.. rows.Select(row => row.Item2)];
                var expected = scorer.Score([tenure], [contract], rows.Length).Select(probability => BitConverter.DoubleToInt64Bits(probability));
                Assert.Equal(expected, model.Predict(Texts(contract), Numbers(tenure)).Select(BitConverter.DoubleToInt64Bits));
            }, iter: 200, threads: 1);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Load_NoFile_IsNotFound() =>
        Assert.Equal("path", Assert.Throws<NotFoundException>(() => EmbeddedModel.Load(Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}"))).Field);

    [Fact]
    public async Task Load_ChangedBytes_IsDataLoss()
    {
        var bytes = await SamplePackage.WriteAsync(Contents());
        bytes[bytes.AsSpan().IndexOf(Onnx) + (Onnx.Length / 2)] ^= 1;
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.mlops.zip");
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        try
        {
            Assert.Equal(ModelPackageFormat.Onnx, Assert.Throws<DataLossException>(() => EmbeddedModel.Load(path)).Field);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Load_VersionThatMayNotServe_IsRefused()
    {
        var without = Contents();
        without.Remove(ModelPackageFormat.Onnx);
        Assert.Equal(ModelPackageFormat.Onnx, (await RefusedAsync<FailedPreconditionException>(without)).Field);

        var failed = SamplePackage.Manifest(Contents()) with { Parity = new() { Rows = 10, MaxAbsoluteDifference = 0.25, Passed = false } };
        Assert.Contains("up to 0.25", (await RefusedAsync<FailedPreconditionException>(Contents(), failed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_PartsOfDifferentModels_AreRefused()
    {
        var other = Network with { Numeric = [.. Network.Numeric, new() { Name = "age", Mean = 0, Scale = 1 }] };
        foreach (var onnx in new byte[][] { OnnxExporter.Export(other, WeightInitializer.Create(other, 1)), [8, 9, 10, 11], [] })
        {
            Assert.Equal(ModelPackageFormat.Onnx, (await RefusedAsync<DataLossException>(Contents(onnx))).Field);
        }

        var manifest = SamplePackage.Manifest(Contents());
        Assert.Contains(
            "'contract' (text), 'tenure' (text); its network takes 'tenure' (number), 'contract' (text)",
            (await RefusedAsync<InvalidInputException>(Contents(), manifest with { Signature = [new() { Name = "contract", Categorical = true }, new() { Name = "tenure", Categorical = true }] })).Message,
            StringComparison.Ordinal);
        Assert.Equal(ModelPackageFormat.Onnx, (await RefusedAsync<DataLossException>(Contents(), manifest with { NetworkJson = "{}" })).Field);
    }

    [Fact]
    public async Task Load_SignatureInAnotherOrderOfKinds_IsTheSame()
    {
        var manifest = SamplePackage.Manifest(Contents());
        using var model = await LoadAsync(Contents(), manifest with { Signature = [.. manifest.Signature.Reverse()] });
        using var usual = await LoadAsync(Contents());

        Assert.Equal(usual.Predict(Numbers(7), Texts("ß")), model.Predict(Numbers(7), Texts("ß")));
    }

    [Fact]
    public async Task Predict_WrongColumns_AreRefusedAsAnEndpointRefusesThem()
    {
        using var model = await LoadAsync(Contents());

        Refused("tenure", "Feature 'tenure' is missing; needed: tenure, contract.", Texts("month"));
        Refused("age", "Feature 'age' is not one the caller gives; needed: tenure, contract.", Numbers(1), Texts("month"), new FeatureColumn { Name = "age", Numbers = [1] });
        Refused("tenure", "Feature 'tenure' is given twice.", Numbers(1), Numbers(1), Texts("month"));
        Refused("contract", "Feature 'contract' has 2 values, the columns before it 1.", Numbers(1), Texts("month", "month"));
        Refused("tenure", "Feature 'tenure' is a number; texts were given.", new FeatureColumn { Name = "tenure", Texts = ["1"] }, Texts("month"));
        Refused("contract", "Feature 'contract' of instance 0 is null; the empty text means missing.", Numbers(1), Texts([null!]));
        Refused("tenure", "Feature 'tenure' of instance 0 is Infinity; a finite 32-bit number, or NaN for missing, is needed.", Numbers(double.PositiveInfinity), Texts("month"));

        void Refused(string field, string message, params FeatureColumn[] columns)
        {
            var error = Assert.Throws<InvalidInputException>(() => model.Predict(columns));
            Assert.Equal((field, message), (error.Field, error.Message));
        }
    }

    [Fact]
    public async Task Predict_NoRows_AreNoAnswers()
    {
        using var model = await LoadAsync(Contents());

        Assert.Empty(model.Predict());
        Assert.Empty(model.Predict(Numbers(), Texts()));
    }

    [Fact]
    public async Task Predict_AfterDisposal_IsRefused()
    {
        var model = await LoadAsync(Contents());
        model.Dispose();
        model.Dispose();

        Assert.Throws<ObjectDisposedException>(() => model.Predict(Numbers(1), Texts("month")));
    }

    private static Dictionary<string, byte[]> Contents(byte[]? onnx = null) => new(SamplePackage.Contents()) { [ModelPackageFormat.Onnx] = onnx ?? Onnx };

    private static async Task<EmbeddedModel> LoadAsync(Dictionary<string, byte[]> contents, ModelPackageManifest? manifest = null)
    {
        using var package = ModelPackage.Open(new MemoryStream(await SamplePackage.WriteAsync(contents, manifest)), cancellationToken: TestContext.Current.CancellationToken);
        return EmbeddedModel.Load(package);
    }

    private static Task<T> RefusedAsync<T>(Dictionary<string, byte[]> contents, ModelPackageManifest? manifest = null)
        where T : Exception => Assert.ThrowsAsync<T>(() => LoadAsync(contents, manifest));

    private static FeatureColumn Numbers(params double[] values) => new() { Name = "tenure", Numbers = values };

    private static FeatureColumn Texts(params string[] values) => new() { Name = "contract", Texts = values };
}
