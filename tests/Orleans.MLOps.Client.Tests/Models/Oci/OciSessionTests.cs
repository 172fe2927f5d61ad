using System.Net;
using System.Text;
using Orleans.MLOps.Client.Models.Oci;
using Orleans.MLOps.Client.Tests.Models.Packages;
using static Orleans.MLOps.Client.Tests.Models.Oci.FakeRegistry;

namespace Orleans.MLOps.Client.Tests.Models.Oci;

/// <summary>Registries that refuse, ask for credentials, lead elsewhere or stand still.</summary>
public sealed class OciSessionTests
{
    private static readonly OciRegistryOptions Known = new() { Username = "trainer", Password = "s3cret" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, typeof(PermissionDeniedException))]
    [InlineData(HttpStatusCode.Unauthorized, typeof(PermissionDeniedException))]
    [InlineData(HttpStatusCode.TooManyRequests, typeof(ResourceExhaustedException))]
    [InlineData(HttpStatusCode.BadGateway, typeof(UnavailableException))]
    [InlineData(HttpStatusCode.BadRequest, typeof(FailedPreconditionException))]
    [InlineData(HttpStatusCode.NoContent, typeof(FailedPreconditionException))]
    public async Task Pull_Refused_IsTypedAndSaysWhy(HttpStatusCode status, Type expected)
    {
        using var handler = new RecordingHandler(_ =>
        {
            var response = Answer(Encoding.UTF8.GetBytes("""{"errors":[{"code":"WHY","message":"because"}]}"""), status);
            response.Headers.Add("WWW-Authenticate", "Basic realm=\"x\"");
            return response;
        });
        using var client = new OciModelRegistry(Known, handler);

        var error = await Assert.ThrowsAnyAsync<MLOpsException>(() => client.PullAsync("r.example/churn:1", Stream.Null, Token));

        Assert.IsType(expected, error);
        Assert.Contains("WHY because", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Negotiate")]
    [InlineData("Bearer service=\"x\"")]
    [InlineData("Bearer realm=\"not an address\"")]
    [InlineData("Bearer realm=\"http://tokens.example/t\"")]
    [InlineData("Bearer realm=\"file:///etc/passwd\"")]
    public async Task Pull_DemandThatCannotBeMet_IsDenied(string? challenge)
    {
        using var handler = new RecordingHandler(_ =>
        {
            var response = Answer([], HttpStatusCode.Unauthorized);
            if (challenge is not null)
            {
                response.Headers.TryAddWithoutValidation("WWW-Authenticate", challenge);
            }

            return response;
        });

        await RefuseAsync<PermissionDeniedException>(handler, "reference", Known);
        Assert.Single(handler.Requests);
    }

    [Theory]
    [InlineData("{}", typeof(PermissionDeniedException))]
    [InlineData("{\"token\":7}", typeof(UnavailableException))]
    [InlineData("{\"token\":\"a\\r\\nX-Evil: 1\"}", typeof(PermissionDeniedException))]
    [InlineData("none", typeof(UnavailableException))]
    public async Task Pull_TokenServiceAnswersNoToken_IsRefused(string body, Type expected)
    {
        using var handler = new RecordingHandler(request =>
        {
            if (request.RequestUri!.Host == "tokens.example")
            {
                return Answer(Encoding.UTF8.GetBytes(body));
            }

            var response = Answer([], HttpStatusCode.Unauthorized);
            response.Headers.Add("WWW-Authenticate", "Bearer realm=\"https://tokens.example/t?a=1\",service=\"s & t\"");
            return response;
        });
        using var client = new OciModelRegistry(Known, handler);

        Assert.IsType(expected, await Assert.ThrowsAnyAsync<MLOpsException>(() => client.PullAsync("r.example/churn:1", Stream.Null, Token)));
        Assert.Equal("?a=1&scope=repository%3Achurn%3Apull&service=s%20%26%20t", handler.Requests.Last().Address.Query);
    }

    [Fact]
    public async Task Pull_BlobElsewhere_IsFetchedThereWithoutCredentials()
    {
        using var package = await SamplePackage.OpenAsync();
        var registry = Answers(package, null, null);
        using var handler = new RecordingHandler(request =>
        {
            if (request.RequestUri!.Host == "r.example" && request.Headers.Authorization is null)
            {
                var demand = Answer([], HttpStatusCode.Unauthorized);
                demand.Headers.Add("WWW-Authenticate", "Basic realm=\"x\"");
                return demand;
            }

            if (request.RequestUri.Host == "r.example" && request.RequestUri.AbsolutePath.Contains("/blobs/", StringComparison.Ordinal))
            {
                var redirect = Answer([], HttpStatusCode.TemporaryRedirect);
                redirect.Headers.Location = new Uri($"https://store.example{request.RequestUri.AbsolutePath}");
                return redirect;
            }

            return registry(request);
        });
        using var client = new OciModelRegistry(Known, handler);
        using var target = new MemoryStream();

        await client.PullAsync("r.example/churn:1", target, Token);

        Assert.Equal(await SamplePackage.WriteAsync(), target.ToArray());
        Assert.All(handler.Requests.Where(request => request.Address.Host == "store.example"), request => Assert.Null(request.Authorization));
        Assert.Equal(5, handler.Requests.Count(request => request.Address.Host == "store.example"));
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/secret")]
    [InlineData("http://r.example/secret")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://r.example/x")]
    public async Task Pull_LedAwayFromHttps_IsDenied(string location)
    {
        using var handler = new RecordingHandler(_ => Redirect(location));

        await RefuseAsync<PermissionDeniedException>(handler, "reference");
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task Pull_LedInACircle_Ends()
    {
        using var handler = new RecordingHandler(_ => Redirect("https://r.example/again"));

        await RefuseAsync<FailedPreconditionException>(handler, "reference");
        Assert.Equal(6, handler.Requests.Count);
    }

    [Theory]
    [InlineData("https://elsewhere.example/u?state=1", false)]
    [InlineData("/v2/churn/blobs/uploads/7?state=1", true)]
    public async Task Push_UploadElsewhere_SendsCredentialsOnlyToTheRegistry(string location, bool known)
    {
        using var package = await SamplePackage.OpenAsync();
        using var handler = new RecordingHandler(request =>
        {
            if (request.RequestUri!.Host == "r.example" && request.Headers.Authorization is null)
            {
                var demand = Answer([], HttpStatusCode.Unauthorized);
                demand.Headers.Add("WWW-Authenticate", "Basic realm=\"x\"");
                return demand;
            }

            var response = Answer([], request.Method == HttpMethod.Head ? HttpStatusCode.NotFound : request.Method == HttpMethod.Post ? HttpStatusCode.Accepted : HttpStatusCode.Created);
            response.Headers.Location = new Uri(location, UriKind.RelativeOrAbsolute);
            return response;
        });
        using var client = new OciModelRegistry(Known, handler);

        await client.PushAsync(package, "r.example/churn:1", Token);

        var uploads = handler.Requests.Where(request => request.Method == "PUT" && request.Address.Query.Length > 0).ToArray();
        Assert.Equal(5, uploads.Length);
        Assert.All(uploads, upload => Assert.StartsWith("?state=1&digest=sha256%3A", upload.Address.Query, StringComparison.Ordinal));
        Assert.All(uploads, upload => Assert.Equal(known, upload.Authorization is not null));
    }

    [Theory]
    [InlineData("r.example", null, "https")]
    [InlineData("r.example", true, "http")]
    [InlineData("127.0.0.1:5000", null, "http")]
    [InlineData("[::1]:5000", null, "http")]
    [InlineData("localhost", null, "http")]
    [InlineData("localhost.example", null, "https")]
    [InlineData("localhost", false, "https")]
    [InlineData("10.0.0.1:5000", null, "https")]
    public async Task Pull_Host_IsSpokenToBySchemeOfItsKind(string host, bool? plain, string scheme)
    {
        using var handler = new RecordingHandler(_ => Answer([], HttpStatusCode.NotFound));

        await RefuseAsync<NotFoundException>(handler, "reference", new() { PlainHttp = plain }, host);
        Assert.Equal(scheme, Assert.Single(handler.Requests).Address.Scheme);
    }

    [Fact]
    public async Task Pull_RegistryStandsStill_TimesOut()
    {
        using var package = await SamplePackage.OpenAsync();
        using var handler = Serve(package, blob: _ => new StreamContent(new StuckStream()));
        using var client = new OciModelRegistry(new() { Timeout = TimeSpan.FromMilliseconds(20) }, handler);

        await Assert.ThrowsAsync<TimeoutException>(() => client.PullAsync("r.example/churn:1", Stream.Null, Token));
    }

    [Fact]
    public async Task Pull_Cancelled_IsCancelled()
    {
        using var package = await SamplePackage.OpenAsync();
        using var cancellation = new CancellationTokenSource();
        using var handler = Serve(package, blob: _ =>
        {
            cancellation.Cancel();
            return new StreamContent(new StuckStream());
        });
        using var client = new OciModelRegistry(null, handler);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.PullAsync("r.example/churn:1", Stream.Null, cancellation.Token));
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        foreach (var options in new OciRegistryOptions[] { new() { Timeout = TimeSpan.Zero }, new() { Username = "a" }, new() { Password = "a" }, new() { Username = "a:b", Password = "c" } })
        {
            Assert.Throws<InvalidInputException>(() => new OciModelRegistry(options));
        }

        Assert.DoesNotContain("s3cret", Known.ToString(), StringComparison.Ordinal);
    }
}
