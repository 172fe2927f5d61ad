namespace Orleans.MLOps.Grains.Platform;

/// <summary>The words of a silo's metadata.</summary>
internal static class SiloRoles
{
    public const string RoleKey = "mlops.role";
    public const string AcceleratorKey = "mlops.accelerator";

    public const string All = "all";
    public const string Gateway = "gateway";
    public const string Serving = "serving";
    public const string Training = "training";
    public const string Cpu = "cpu";
    public const string Cuda = "cuda";

    public static readonly string[] Known = [All, Gateway, Serving, Training];

    public static string[] Split(string roles) => roles.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a silo of these roles does the work of one; a silo without metadata, such as an embedded node, does all.</summary>
    public static bool Does(string? roles, string role) => roles is null || Split(roles).Any(own => own == All || own == role);
}
