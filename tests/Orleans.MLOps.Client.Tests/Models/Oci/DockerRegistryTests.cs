using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Orleans.MLOps.Client.Models.Oci;
using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Client.Tests.Models.Packages;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Client.Tests.Models.Oci;

/// <summary>Against Debian's <c>docker-registry</c>.</summary>
public sealed class DockerRegistryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pull_PushedPackage_GivesTheSameBytesByTagAndByDigest()
    {
        await using var registry = await StartAsync();
        using var package = await SamplePackage.OpenAsync();
        using var client = new OciModelRegistry();

        var pushed = await client.PushAsync(package, $"{registry.Host}/team/churn:v3", Token);
        var (byTag, bytes) = await PullAsync(client, $"{registry.Host}/team/churn:v3");
        var (byDigest, again) = await PullAsync(client, pushed.Reference.ToString());

        Assert.Equal(await SamplePackage.WriteAsync(), bytes);
        Assert.Equal(bytes, again);
        Assert.Equal(pushed.Reference, byTag.Reference);
        Assert.Equal((pushed.Reference, package.Digest), (byDigest.Reference, byDigest.PackageDigest));
    }

    [Fact]
    public async Task Pull_PushedModelOfTensors_GivesTheSameBytes()
    {
        await using var registry = await StartAsync();
        using var package = await TensorPackage.OpenAsync();
        using var client = new OciModelRegistry();

        await client.PushAsync(package, $"{registry.Host}/team/scores:v2", Token);
        var (artifact, bytes) = await PullAsync(client, $"{registry.Host}/team/scores:v2");

        Assert.Equal(await TensorPackage.WriteAsync(), bytes);
        Assert.Equal((package.Digest, 2), (artifact.PackageDigest, artifact.Manifest.Version));
        Assert.Equal(["numeric", "categories"], artifact.Manifest.Tensors!.Inputs.Select(input => input.Name));
    }

    /// <summary>What is there, as a client sees it that knows nothing of this platform.</summary>
    [Fact]
    public async Task Push_Package_IsAnImageManifestWithOneLayerAFile()
    {
        await using var registry = await StartAsync();
        using var package = await SamplePackage.OpenAsync();
        using var client = new OciModelRegistry();
        var pushed = await client.PushAsync(package, $"{registry.Host}/churn:v3", Token);

        using var http = new HttpClient { BaseAddress = new Uri($"http://{registry.Host}/v2/churn/") };
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.oci.image.manifest.v1+json"));
        using var response = await http.GetAsync(new Uri("manifests/v3", UriKind.Relative), Token);
        var bytes = await response.Content.ReadAsByteArrayAsync(Token);
        using var manifest = JsonDocument.Parse(bytes);
        var root = manifest.RootElement;

        Assert.Equal("application/vnd.oci.image.manifest.v1+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal([pushed.Reference.Digest], response.Headers.GetValues("Docker-Content-Digest"));
        Assert.Equal($"sha256:{SamplePackage.Sha256(bytes)}", pushed.Reference.Digest);
        Assert.Equal(2, root.GetProperty("schemaVersion").GetInt32());
        Assert.Equal("application/vnd.orleans.mlops.model.v1", root.GetProperty("artifactType").GetString());
        Assert.Equal("application/vnd.orleans.mlops.model.config.v1+json", root.GetProperty("config").GetProperty("mediaType").GetString());
        Assert.Equal($"sha256:{package.Digest}", root.GetProperty("config").GetProperty("digest").GetString());
        var blobs = root.GetProperty("layers").EnumerateArray().Prepend(root.GetProperty("config")).ToArray();
        string[] names = ["manifest.json", "card.md", "weights.safetensors", "model.onnx", "reference.bin"];
        Assert.Equal(names[1..], blobs[1..].Select(layer => layer.GetProperty("annotations").GetProperty("org.opencontainers.image.title").GetString()));
        foreach (var (blob, name) in blobs.Zip(names))
        {
            var digest = blob.GetProperty("digest").GetString()!;
            var content = await http.GetByteArrayAsync(new Uri($"blobs/{digest}", UriKind.Relative), Token);
            Assert.Equal((digest, blob.GetProperty("size").GetInt64()), ($"sha256:{SamplePackage.Sha256(content)}", content.Length));
            Assert.Equal(package.ReadEntry(name), content);
        }
    }

    [Fact]
    public async Task Push_FetchedByCurl_HasTheAnnouncedDigest()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "curl is not installed.");
        await using var registry = await StartAsync();
        using var package = await SamplePackage.OpenAsync();
        using var client = new OciModelRegistry();
        var pushed = await client.PushAsync(package, $"{registry.Host}/churn:v3", Token);

        var script = $"curl -sf http://{registry.Host}/v2/churn/manifests/v3 -H 'Accept: {OciMediaTypes.ImageManifest}' | sha256sum; curl -sf http://{registry.Host}/v2/churn/blobs/sha256:{package.Manifest.Digest} | sha256sum";
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync(Token);
        await shell.WaitForExitAsync(Token);

        Assert.Equal([pushed.Reference.Digest![7..], package.Manifest.Digest], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..64]));
    }

    [Fact]
    public async Task Push_FilesThatAreThere_AreNotSentAgain()
    {
        await using var registry = await StartAsync();
        using var package = await SamplePackage.OpenAsync();
        using var handler = new RecordingHandler();
        using var client = new OciModelRegistry(null, handler);

        var first = await client.PushAsync(package, $"{registry.Host}/churn:a", Token);
        Assert.Equal((5, 6), (handler.Count("POST"), handler.Count("PUT")));
        var second = await client.PushAsync(package, $"{registry.Host}/churn:b", Token);
        Assert.Equal((5, 7), (handler.Count("POST"), handler.Count("PUT")));
        Assert.Equal(first, second with { Manifest = first.Manifest });

        var contents = SamplePackage.Contents();
        contents[ModelPackageFormat.Card] = [35, 32, 50];
        using var edited = await SamplePackage.OpenAsync(contents);
        await client.PushAsync(edited, $"{registry.Host}/churn:c", Token);
        Assert.Equal((7, 10), (handler.Count("POST"), handler.Count("PUT")));
    }

    [Fact]
    public async Task Push_LargeFile_Arrives()
    {
        await using var registry = await StartAsync();
        var contents = SamplePackage.Contents();
        contents[ModelPackageFormat.Onnx] = new byte[20_000_000];
        new Random(1).NextBytes(contents[ModelPackageFormat.Onnx]);
        using var package = await SamplePackage.OpenAsync(contents);
        using var client = new OciModelRegistry();
        await client.PushAsync(package, $"{registry.Host}/large:1", Token);

        var (_, bytes) = await PullAsync(client, $"{registry.Host}/large:1");

        Assert.Equal(await SamplePackage.WriteAsync(contents), bytes);
    }

    [Fact]
    public async Task Push_ToAnotherDigest_SendsNothing()
    {
        using var handler = new RecordingHandler();
        using var client = new OciModelRegistry(null, handler);
        using var package = await SamplePackage.OpenAsync();

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => client.PushAsync(package, $"127.0.0.1:1/churn@sha256:{new string('0', 64)}", Token));

        Assert.Equal("reference", error.Field);
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task Pull_WhatIsNotThere_IsNotFound()
    {
        await using var registry = await StartAsync();
        using var client = new OciModelRegistry();
        using var package = await SamplePackage.OpenAsync();
        await client.PushAsync(package, $"{registry.Host}/churn:v3", Token);

        foreach (var reference in new[] { "churn:v4", "other:v3", $"churn@sha256:{new string('0', 64)}" })
        {
            await Assert.ThrowsAsync<NotFoundException>(() => PullAsync(client, $"{registry.Host}/{reference}"));
        }
    }

    [Theory]
    [InlineData(ModelPackageFormat.Onnx)]
    [InlineData(ModelPackageFormat.Weights)]
    [InlineData(ModelPackageFormat.Manifest)]
    public async Task Pull_BlobDamagedInTheRegistry_IsDataLossAndNoPackage(string name)
    {
        await using var registry = await StartAsync();
        using var client = new OciModelRegistry();
        using var package = await SamplePackage.OpenAsync();
        await client.PushAsync(package, $"{registry.Host}/churn:v3", Token);
        var damaged = package.ReadEntry(name);
        damaged[^2] ^= 1;
        await File.WriteAllBytesAsync(registry.BlobFiles()[SamplePackage.Sha256(package.ReadEntry(name))], damaged, Token);
        using var target = new MemoryStream();

        var error = await Assert.ThrowsAsync<DataLossException>(() => client.PullAsync($"{registry.Host}/churn:v3", target, Token));

        Assert.Equal(name, error.Field);
        Assert.Throws<InvalidInputException>(() => ModelPackage.Open(target, cancellationToken: Token));
    }

    [Fact]
    public async Task Pull_RegistryGone_IsUnavailable()
    {
        using var client = new OciModelRegistry();

        await Assert.ThrowsAsync<UnavailableException>(() => PullAsync(client, $"127.0.0.1:{FreePort.Find()}/churn:v3"));
    }

    [Fact]
    public async Task Push_RegistryWithPasswords_TakesTheRightOneOnly()
    {
        await using var registry = await StartAsync(folder =>
        {
            // The user 'trainer' with the password 's3cret'.
            File.WriteAllText(Path.Combine(folder, "users"), "trainer:$2y$05$L9a1KVpJ5sI882eQxjYnNucRc9VLBI.HQc6pu11.8JNELG7AILUrO\n");
            return $"""
                auth:
                  htpasswd:
                    realm: tests
                    path: {folder}/users
                """;
        });
        using var package = await SamplePackage.OpenAsync();
        using var right = new OciModelRegistry(new() { Username = "trainer", Password = "s3cret" });
        using var wrong = new OciModelRegistry(new() { Username = "trainer", Password = "guess" });
        using var nobody = new OciModelRegistry();
        var reference = $"{registry.Host}/churn:v3";

        await Assert.ThrowsAsync<PermissionDeniedException>(() => nobody.PushAsync(package, reference, Token));
        await Assert.ThrowsAsync<PermissionDeniedException>(() => wrong.PushAsync(package, reference, Token));
        await right.PushAsync(package, reference, Token);
        await Assert.ThrowsAsync<PermissionDeniedException>(() => PullAsync(nobody, reference));
        Assert.Equal(await SamplePackage.WriteAsync(), (await PullAsync(right, reference)).Bytes);
    }

    [Fact]
    public async Task Push_RegistryWithTokens_AsksForOneAndUsesItAgain()
    {
        await using var tokens = new TokenService();
        await using var registry = await StartAsync(tokens.Configure);
        using var package = await SamplePackage.OpenAsync();
        using var handler = new RecordingHandler();
        using var client = new OciModelRegistry(new() { Username = "trainer", Password = "s3cret" }, handler);
        var reference = $"{registry.Host}/team/churn:v3";

        await client.PushAsync(package, reference, Token);
        Assert.Single(tokens.Asked);
        var (_, bytes) = await PullAsync(client, reference);

        Assert.Equal(await SamplePackage.WriteAsync(), bytes);
        Assert.Equal(["repository:team/churn:pull", "repository:team/churn:pull"], tokens.Asked.Select(asked => asked.Scope));
        Assert.All(tokens.Asked, asked => Assert.Equal("Basic dHJhaW5lcjpzM2NyZXQ=", asked.Authorization));
        Assert.DoesNotContain(handler.Requests, request => request.Address.Port == registry.Port && request.Authorization?.StartsWith("Basic", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Push_TokenForLess_IsDenied()
    {
        await using var tokens = new TokenService { Grants = ["pull"] };
        await using var registry = await StartAsync(tokens.Configure);
        using var package = await SamplePackage.OpenAsync();
        using var client = new OciModelRegistry();

        await Assert.ThrowsAsync<PermissionDeniedException>(() => client.PushAsync(package, $"{registry.Host}/churn:v3", Token));
        Assert.InRange(tokens.Asked.Count, 1, 3);
        tokens.Answer = HttpStatusCode.Unauthorized;
        await Assert.ThrowsAsync<PermissionDeniedException>(() => PullAsync(client, $"{registry.Host}/churn:v3"));
    }

    private static async Task<(OciArtifact Artifact, byte[] Bytes)> PullAsync(OciModelRegistry client, string reference)
    {
        using var target = new MemoryStream();
        return (await client.PullAsync(reference, new ForwardStream(target), Token), target.ToArray());
    }

    private static async Task<DockerRegistry> StartAsync(Func<string, string>? auth = null)
    {
        Assert.SkipUnless(DockerRegistry.Missing is null, DockerRegistry.Missing ?? "");
        return await DockerRegistry.StartAsync(auth);
    }
}
