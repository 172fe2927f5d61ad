using Microsoft.AspNetCore.Authentication;

namespace Orleans.MLOps.Server.Security;

/// <summary>How a door asks for a key.</summary>
internal sealed class ApiKeySchemeOptions : AuthenticationSchemeOptions
{
    /// <summary>Whether a browser may send the key as the password of HTTP Basic.</summary>
    public bool AcceptBasic { get; set; }
}
