using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Client.Tests.Models.Oci;

/// <summary>Gives out tokens that a Docker registry takes: JSON web tokens, signed with a key whose certificate the registry knows.</summary>
public sealed class TokenService : IAsyncDisposable
{
    private const string Issuer = "tests";
    private const string Service = "registry";

    private readonly RSA key = RSA.Create(2048);
    private readonly X509Certificate2 certificate;
    private readonly HttpListener listener = new();
    private readonly int port = FreePort.Find();
    private readonly Task serving;

    public TokenService()
    {
        var request = new CertificateRequest("CN=tests", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>The scopes that were asked for, with who asked.</summary>
    public ConcurrentQueue<(string Scope, string? Authorization)> Asked { get; } = new();

    /// <summary>The actions that a token is given for, whatever is asked.</summary>
    public string[] Grants { get; set; } = ["pull", "push"];

    public HttpStatusCode Answer { get; set; } = HttpStatusCode.OK;

    /// <summary>The registry's configuration that trusts this service.</summary>
    public string Configure(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "trust.pem"), certificate.ExportCertificatePem());
        return $"""
            auth:
              token:
                realm: http://127.0.0.1:{port}/token
                service: {Service}
                issuer: {Issuer}
                rootcertbundle: {folder}/trust.pem
            """;
    }

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
        certificate.Dispose();
        key.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var scope = context.Request.QueryString["scope"]!;
            Asked.Enqueue((scope, context.Request.Headers["Authorization"]));
            context.Response.StatusCode = (int)Answer;
            await context.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new { token = Token(scope) }));
            context.Response.Close();
        }
    }

    private string Token(string scope)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var header = new { typ = "JWT", alg = "RS256", x5c = new[] { Convert.ToBase64String(certificate.RawData) } };
        var claims = new
        {
            iss = Issuer,
            sub = "trainer",
            aud = Service,
            exp = now + 300,
            nbf = now - 60,
            iat = now,
            jti = "1",
            access = new[] { new { type = "repository", name = scope.Split(':')[1], actions = Grants } },
        };
        var signed = $"{Encode(JsonSerializer.SerializeToUtf8Bytes(header))}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{signed}.{Encode(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
