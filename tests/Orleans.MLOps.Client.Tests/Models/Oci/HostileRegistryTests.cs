using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Orleans.MLOps.Client.Models.Oci;
using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Client.Tests.Models.Packages;
using static Orleans.MLOps.Client.Tests.Models.Oci.FakeRegistry;

namespace Orleans.MLOps.Client.Tests.Models.Oci;

/// <summary>Registries that send what is not what they say.</summary>
public sealed class HostileRegistryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("schemaVersion", "1")]
    [InlineData("mediaType", "\"application/vnd.oci.image.index.v1+json\"")]
    [InlineData("artifactType", "\"application/vnd.cncf.helm\"")]
    [InlineData("config", "null")]
    [InlineData("config", "{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"sha256:0\",\"size\":1}")]
    [InlineData("config", "{\"mediaType\":\"application/vnd.orleans.mlops.model.config.v1+json\",\"digest\":\"sha256:../x\",\"size\":1}")]
    [InlineData("config", "{\"mediaType\":\"application/vnd.orleans.mlops.model.config.v1+json\",\"digest\":\"sha256:0000000000000000000000000000000000000000000000000000000000000000\",\"size\":99999999999}")]
    [InlineData("config", "{\"mediaType\":\"application/vnd.orleans.mlops.model.config.v1+json\",\"digest\":\"sha256:0000000000000000000000000000000000000000000000000000000000000000\",\"size\":-1}")]
    [InlineData("layers", "null")]
    [InlineData("layers", "[]")]
    [InlineData("layers", "[null]")]
    public async Task Pull_ManifestOfSomethingElse_IsRefused(string property, string value)
    {
        using var package = await SamplePackage.OpenAsync();
        var manifest = JsonNode.Parse(OciManifests.Write(package))!;
        manifest[property] = JsonNode.Parse(value);
        using var handler = Serve(package, manifest.ToJsonString());

        await RefuseAsync<InvalidInputException>(handler, "reference");
    }

    [Theory]
    [InlineData("digest", "\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"")]
    [InlineData("size", "5")]
    [InlineData("mediaType", "\"application/x-pickle\"")]
    [InlineData("annotations", "null")]
    [InlineData("annotations", "{\"org.opencontainers.image.title\":\"../model.onnx\"}")]
    public async Task Pull_LayerThatTheConfigurationDoesNotName_IsRefused(string property, string value)
    {
        using var package = await SamplePackage.OpenAsync();
        var manifest = JsonNode.Parse(OciManifests.Write(package))!;
        manifest["layers"]![2]![property] = JsonNode.Parse(value);
        using var handler = Serve(package, manifest.ToJsonString());

        await RefuseAsync<InvalidInputException>(handler, "reference");
    }

    [Fact]
    public async Task Pull_AnnouncedDigestOfAnotherManifest_IsDataLoss()
    {
        using var package = await SamplePackage.OpenAsync();
        using var handler = new RecordingHandler(_ =>
        {
            var response = Answer(OciManifests.Write(package));
            response.Headers.Add("Docker-Content-Digest", $"sha256:{new string('0', 64)}");
            return response;
        });

        await RefuseAsync<DataLossException>(handler, "reference");
    }

    [Fact]
    public async Task Pull_OtherManifestThanAskedForByDigest_IsDataLoss()
    {
        using var package = await SamplePackage.OpenAsync();
        using var handler = Serve(package);
        using var client = new OciModelRegistry(null, handler);

        await Assert.ThrowsAsync<DataLossException>(() => client.PullAsync($"r.example/churn@sha256:{new string('0', 64)}", Stream.Null, Token));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("<html>")]
    public async Task Pull_NoManifest_IsRefused(string body)
    {
        using var handler = new RecordingHandler(_ => Answer(Encoding.UTF8.GetBytes(body)));

        await RefuseAsync<InvalidInputException>(handler, "reference");
    }

    [Fact]
    public async Task Pull_ManifestWithoutEnd_IsRefused()
    {
        using var handler = new RecordingHandler(_ => new(HttpStatusCode.OK) { Content = new StreamContent(new EndlessStream()) });

        await RefuseAsync<InvalidInputException>(handler, "reference");
    }

    [Fact]
    public async Task Pull_BlobWithoutEnd_IsDataLoss()
    {
        using var package = await SamplePackage.OpenAsync();
        using var handler = Serve(package, blob: entry => entry == ModelPackageFormat.Onnx ? new StreamContent(new EndlessStream()) : null);

        await RefuseAsync<DataLossException>(handler, ModelPackageFormat.Onnx);
    }

    [Fact]
    public async Task Pull_ModelOfTensorsWithOtherBytes_IsDataLoss()
    {
        using var package = await TensorPackage.OpenAsync();
        using var handler = Serve(package, blob: entry => entry == ModelPackageFormat.Onnx ? new ByteArrayContent(new byte[TensorPackage.Onnx.Length]) : null);

        await RefuseAsync<DataLossException>(handler, ModelPackageFormat.Onnx);
    }

    [Fact]
    public async Task Pull_ConfigurationOfAnotherFormat_IsRefused()
    {
        using var package = await SamplePackage.OpenAsync();
        var config = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(package.ManifestBytes).Replace("\"formatVersion\": 1", "\"formatVersion\": 2", StringComparison.Ordinal));
        var manifest = JsonNode.Parse(OciManifests.Write(package))!;
        manifest["config"]!["digest"] = OciManifests.Digest(config);
        using var handler = Serve(package, manifest.ToJsonString(), entry => entry == ModelPackageFormat.Manifest ? new ByteArrayContent(config) : null);

        await RefuseAsync<InvalidInputException>(handler, ModelPackageFormat.Manifest);
    }
}
