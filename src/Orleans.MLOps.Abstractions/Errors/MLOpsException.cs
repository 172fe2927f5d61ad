namespace Orleans.MLOps;

/// <summary>The root of every error that the platform reports on purpose. Doors map <see cref="Code"/> to their own status.</summary>
[GenerateSerializer, Alias("mlops.errors.root")]
public abstract class MLOpsException : Exception
{
    /// <summary>Creates the error with a message that names entity, field, what was given and what is allowed.</summary>
    protected MLOpsException(ErrorCode code, string message, string? field = null, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Field = field;
    }

    /// <summary>The kind of mistake; stable across versions.</summary>
    [Id(0)]
    public ErrorCode Code { get; private set; }

    /// <summary>The field, column or option that was wrong, where one can be named.</summary>
    [Id(1)]
    public string? Field { get; private set; }
}
