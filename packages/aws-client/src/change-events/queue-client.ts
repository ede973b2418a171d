/** A message, as far as it matters here. */
export interface QueueMessage {
  readonly MessageId?: string | undefined;
  readonly ReceiptHandle?: string | undefined;
  readonly Body?: string | undefined;
  readonly Attributes?: Readonly<Partial<Record<string, string>>> | undefined;
}

/**
 * What is used of a client of the queue. An `SQS` of `@aws-sdk/client-sqs` is one; this package does not load it.
 */
export interface QueueClient {
  receiveMessage(
    input: {
      QueueUrl: string;
      MaxNumberOfMessages: number;
      WaitTimeSeconds: number;
      MessageSystemAttributeNames: "ApproximateReceiveCount"[];
    },
    options: { abortSignal: AbortSignal },
  ): Promise<{ readonly Messages?: readonly QueueMessage[] | undefined }>;
  deleteMessageBatch(input: {
    QueueUrl: string;
    Entries: { Id: string; ReceiptHandle: string }[];
  }): Promise<{ readonly Failed?: readonly { readonly Code?: string | undefined }[] | undefined }>;
}
