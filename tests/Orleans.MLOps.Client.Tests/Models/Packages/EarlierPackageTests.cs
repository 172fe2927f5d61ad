using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Client.Serving;

namespace Orleans.MLOps.Client.Tests.Models.Packages;

/// <summary>A package written before there were models of tensors in any.</summary>
public sealed class EarlierPackageTests
{
    private const string Digest = "f80056eb39fe177164e8253f7299fdaca19c609eee3c4ffdaacb218c2d805a3a";

    private static string File { get; } = Path.Combine(AppContext.BaseDirectory, "Models", "Packages", "tabular.mlops.zip");

    [Fact]
    public void Open_EarlierPackage_HasTheDigestThatItHad()
    {
        using var package = ModelPackage.Open(File, TestContext.Current.CancellationToken);

        Assert.Equal((Digest, "churn", 3), (package.Digest, package.Manifest.Model, package.Manifest.Version));
        Assert.Equal(["card.md", "weights.safetensors", "model.onnx", "reference.bin"], package.Manifest.Entries.Select(entry => entry.Name));
        Assert.Null(package.Manifest.Tensors);
    }

    [Fact]
    public async Task Write_ManifestOfAnEarlierPackage_GivesTheSameBytes()
    {
        using var package = ModelPackage.Open(File, TestContext.Current.CancellationToken);
        using var target = new MemoryStream();

        var digest = await ModelPackageWriter.WriteAsync(
            package.Manifest, (entry, stream, token) => stream.WriteAsync(package.ReadEntry(entry.Name), token).AsTask(), target, TestContext.Current.CancellationToken);

        Assert.Equal(Digest, digest);
        using var again = ModelPackage.Open(target, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(package.ReadEntry(ModelPackageFormat.Manifest), again.ReadEntry(ModelPackageFormat.Manifest));
    }

    [Fact]
    public void Predict_EarlierPackage_AnswersAsItDid()
    {
        using var model = EmbeddedModel.Load(File);

        var answers = model.Predict(new() { Name = "tenure", Numbers = [7, double.NaN] }, new() { Name = "contract", Texts = ["ß", ""] });

        Assert.Equal(0.5230081081390381, answers[0], 1e-6);
        Assert.Equal(0.5149126052856445, answers[1], 1e-6);
    }
}
