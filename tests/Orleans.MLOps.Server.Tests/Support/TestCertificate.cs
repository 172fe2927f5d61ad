using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orleans.MLOps.Server.Tests.Support;

/// <summary>A self-signed certificate of one test, and the files of it.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestCertificate(DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null, string? purpose = null)
    {
        var request = new CertificateRequest("CN=mlops-test", _key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        if (purpose is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        }

        var now = TimeProvider.System.GetUtcNow();
        Certificate = request.CreateSelfSigned(notBefore ?? now.AddDays(-1), notAfter ?? now.AddDays(1));
    }

    public X509Certificate2 Certificate { get; }

    public string WritePem(string path, bool withKey)
    {
        File.WriteAllText(path, Certificate.ExportCertificatePem() + (withKey ? "\n" + _key.ExportPkcs8PrivateKeyPem() : ""));
        return path;
    }

    public string WriteKey(string path, string? password = null)
    {
        var encryption = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        File.WriteAllText(path, password is null ? _key.ExportPkcs8PrivateKeyPem() : _key.ExportEncryptedPkcs8PrivateKeyPem(password, encryption));
        return path;
    }

    public string WritePfx(string path, string? password)
    {
        File.WriteAllBytes(path, Certificate.Export(X509ContentType.Pkcs12, password));
        return path;
    }

    /// <summary>A handler that trusts this certificate and no other.</summary>
    public SocketsHttpHandler TrustingHandler() => new()
    {
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == Certificate.GetCertHashString() },
    };

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }
}
