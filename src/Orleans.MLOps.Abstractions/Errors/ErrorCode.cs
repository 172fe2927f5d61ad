namespace Orleans.MLOps;

/// <summary>The kinds of errors; one table in the gateway maps them to gRPC statuses.</summary>
[GenerateSerializer]
public enum ErrorCode
{
    /// <summary>The named entity does not exist.</summary>
    NotFound,

    /// <summary>An entity of that name exists with other content.</summary>
    AlreadyExists,

    /// <summary>The request itself is wrong, whatever the state of the platform.</summary>
    InvalidInput,

    /// <summary>The request is right but the entity's state forbids it; this includes a lost compare-and-set.</summary>
    FailedPrecondition,

    /// <summary>The caller may not do this.</summary>
    PermissionDenied,

    /// <summary>A bound (queue, memory, size) is reached; trying later may work.</summary>
    ResourceExhausted,

    /// <summary>A part the request needs is away; idempotent calls may be repeated.</summary>
    Unavailable,

    /// <summary>Stored bytes do not match their digest or frame.</summary>
    DataLoss,

    /// <summary>The time allowed ran out before anything was done.</summary>
    DeadlineExceeded,
}
